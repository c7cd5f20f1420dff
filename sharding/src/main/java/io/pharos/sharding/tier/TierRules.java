package io.pharos.sharding.tier;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.pharos.conf.PrometheusDuration;
import io.pharos.promql.parser.ParseException;
import io.pharos.promql.parser.Parser;
import io.pharos.promql.query.Tiers;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which tiers a series has: {@code pharos.storage.tiers}. Immutable. */
public final class TierRules {
    private static final String PATH = "pharos.storage.tiers";
    private static final String RAW = "raw";
    private static final Set<String> KEYS = Set.of("selector", "resolution", "retention");
    private static final long DAY_MILLIS = 86_400_000L;
    /** A day is rolled up after its end; until then, and a day for what goes wrong, its raw samples have to be there. */
    private static final long RAW_MIN_MILLIS = 2 * DAY_MILLIS;

    private static final long RETENTION_MAX_MILLIS = 3650 * DAY_MILLIS;

    /** Samples as they came for ever, and nothing rolled up. */
    public static final TierRules RAW_ONLY = new TierRules(RETENTION_MAX_MILLIS, new TreeMap<>());

    private record Entry(List<LabelMatcher> selector, RollupTier tier) {
        boolean matches(@Nullable Labels labels) {
            for (LabelMatcher matcher : selector) {
                if (labels == null || !matcher.matches(labels.valueOf(matcher.name()))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final long rawRetentionMillis;
    /** Of each resolution the entries in order; finest first. */
    private final SortedMap<Long, List<Entry>> byResolution;

    private TierRules(long rawRetentionMillis, SortedMap<Long, List<Entry>> byResolution) {
        this.rawRetentionMillis = rawRetentionMillis;
        this.byResolution = byResolution;
    }

    /** Reads the list out of a whole configuration. What is wrong is an {@link IllegalArgumentException} that names entry and line. */
    public static TierRules of(Config root) {
        long raw = 0;
        SortedMap<Long, List<Entry>> byResolution = new TreeMap<>();
        ConfigList list = list(root);
        for (int i = 0; i < list.size(); i++) {
            String where = PATH + "[" + i + "] (" + list.get(i).origin().description() + ")";
            if (!(list.get(i) instanceof ConfigObject entry)) {
                throw new IllegalArgumentException(where + " is no { selector, resolution, retention }");
            }
            for (String key : entry.keySet()) {
                if (!KEYS.contains(key)) {
                    throw new IllegalArgumentException(
                            where + ": unknown key '" + key + "'; there are selector, resolution and retention");
                }
            }
            List<LabelMatcher> selector = selector(where, entry.get("selector"));
            String resolution = text(where, entry, "resolution");
            long retention = duration(where, entry, "retention");
            if (retention > RETENTION_MAX_MILLIS) {
                throw new IllegalArgumentException(where + ": a retention is at most 10y");
            }
            if (resolution.equals(RAW)) {
                if (!selector.isEmpty()) {
                    throw new IllegalArgumentException(
                            where + ": the retention of raw samples is one for all series, without a selector");
                }
                if (raw != 0) {
                    throw new IllegalArgumentException(where + ": there is an entry of raw samples already");
                }
                raw = retention;
            } else {
                add(where, byResolution, duration(where, entry, "resolution"), selector, retention);
            }
        }
        if (raw == 0) {
            throw new IllegalArgumentException(PATH + " has no entry with resolution = raw");
        }
        check(raw, byResolution);
        return new TierRules(raw, byResolution);
    }

    private static ConfigList list(Config root) {
        try {
            return root.getList(PATH);
        } catch (ConfigException wrong) {
            throw new IllegalArgumentException(PATH + " is no list of { selector, resolution, retention }", wrong);
        }
    }

    private static void add(
            String where,
            SortedMap<Long, List<Entry>> byResolution,
            long resolution,
            List<LabelMatcher> selector,
            long retention) {
        if (DAY_MILLIS % resolution != 0) {
            throw new IllegalArgumentException(where + ": a resolution has to divide a day, such as 30s, 1m, 5m, 1h");
        }
        List<Entry> entries = byResolution.computeIfAbsent(resolution, added -> new ArrayList<>());
        if (!entries.isEmpty() && entries.get(entries.size() - 1).selector.isEmpty()) {
            throw new IllegalArgumentException(
                    where + ": an entry of this resolution without a selector stands before it, so"
                            + " this one never counts");
        }
        entries.add(new Entry(selector, new RollupTier(resolution, retention)));
    }

    private static void check(long raw, SortedMap<Long, List<Entry>> byResolution) {
        if (!byResolution.isEmpty() && raw < RAW_MIN_MILLIS) {
            throw new IllegalArgumentException(
                    PATH + ": with roll-ups, raw samples have to be kept for 2d at least, not " + RollupTier.text(raw));
        }
        long finer = 0;
        long finerRetention = raw;
        for (var each : byResolution.entrySet()) {
            long resolution = each.getKey();
            List<Entry> entries = each.getValue();
            Entry last = entries.get(entries.size() - 1);
            String name = RollupTier.text(resolution);
            if (finer != 0 && resolution % finer != 0) {
                throw new IllegalArgumentException(PATH + ": the resolution " + name
                        + " is no multiple of the finer one, " + RollupTier.text(finer));
            }
            if (!last.selector.isEmpty()) {
                throw new IllegalArgumentException(
                        PATH + ": of the resolution " + name + " there is no entry without a selector");
            }
            if (last.tier.retentionMillis() <= finerRetention) {
                throw new IllegalArgumentException(PATH + ": " + name + " is kept for "
                        + RollupTier.text(last.tier.retentionMillis()) + ", no longer than what is finer ("
                        + RollupTier.text(finerRetention) + ")");
            }
            finer = resolution;
            finerRetention = last.tier.retentionMillis();
        }
    }

    private static List<LabelMatcher> selector(String where, @Nullable ConfigValue value) {
        String text = value == null ? "" : String.valueOf(value.unwrapped()).trim();
        if (text.isEmpty() || text.equals("{}")) {
            return List.of();
        }
        try {
            return Parser.parseSelector(text);
        } catch (ParseException wrong) {
            throw new IllegalArgumentException(
                    where + ": the selector " + text + " is none: " + wrong.getMessage(), wrong);
        }
    }

    private static String text(String where, ConfigObject entry, String key) {
        ConfigValue value = entry.get(key);
        if (value == null) {
            throw new IllegalArgumentException(where + " has no " + key);
        }
        return String.valueOf(value.unwrapped());
    }

    private static long duration(String where, ConfigObject entry, String key) {
        String text = text(where, entry, key);
        long millis =
                PrometheusDuration.parse(text).map(java.time.Duration::toMillis).orElse(0L);
        if (millis <= 0) {
            throw new IllegalArgumentException(where + ": " + key + " is " + text
                    + ", a duration such as 30s, 1m, 7d, 1y is needed" + (key.equals("resolution") ? ", or raw" : ""));
        }
        return millis;
    }

    /** How long samples are kept as they came. */
    public long rawRetentionMillis() {
        return rawRetentionMillis;
    }

    /** The resolutions of roll-ups in milliseconds, finest first. */
    public List<Long> resolutions() {
        return List.copyOf(byResolution.keySet());
    }

    /** Whether a series' tier can be told without its labels. */
    public boolean sameForAll() {
        return byResolution.values().stream().allMatch(entries -> entries.size() == 1);
    }

    /**
     * The tier of a series.
     *
     * @param resolutionMillis one of {@link #resolutions}
     * @param labels null where they are not known: then of the entry without a selector
     */
    public RollupTier tier(long resolutionMillis, @Nullable Labels labels) {
        List<Entry> entries = byResolution.getOrDefault(resolutionMillis, List.of());
        for (Entry entry : entries) {
            if (entry.matches(labels)) {
                return entry.tier;
            }
        }
        throw new IllegalArgumentException("no tier has a resolution of " + RollupTier.text(resolutionMillis));
    }

    /** All tiers of a resolution, each once. */
    public List<RollupTier> tiers(long resolutionMillis) {
        return byResolution.getOrDefault(resolutionMillis, List.of()).stream()
                .map(Entry::tier)
                .distinct()
                .toList();
    }

    /** The shortest time points of a resolution are kept for. */
    public long shortestMillis(long resolutionMillis) {
        return tiers(resolutionMillis).stream()
                .mapToLong(RollupTier::retentionMillis)
                .min()
                .orElse(rawRetentionMillis);
    }

    /** The longest time points of a resolution are kept for. */
    public long longestMillis(long resolutionMillis) {
        return tiers(resolutionMillis).stream()
                .mapToLong(RollupTier::retentionMillis)
                .max()
                .orElse(rawRetentionMillis);
    }

    /** The longest time anything is kept for. */
    public long longestMillis() {
        return byResolution.values().stream()
                .flatMap(List::stream)
                .mapToLong(entry -> entry.tier.retentionMillis())
                .reduce(rawRetentionMillis, Math::max);
    }

    /** What a store keeps by these rules. */
    public StorageTiers stored() {
        List<RollupTier> all = new ArrayList<>();
        for (long resolution : resolutions()) {
            all.addAll(tiers(resolution));
        }
        return new StorageTiers(rawRetentionMillis, all);
    }

    /** From when on there is what, for a query now: by the entries without a selector, in whole intervals of the coarsest roll-up. */
    public Tiers atTime(long nowMillis) {
        if (byResolution.isEmpty()) {
            return Tiers.RAW_ONLY;
        }
        long coarsest = byResolution.lastKey();
        List<Tiers.RollUpTier> rollUps = new ArrayList<>();
        for (long resolution : resolutions()) {
            long retention = tier(resolution, null).retentionMillis();
            rollUps.add(new Tiers.RollUpTier(resolution, upTo(nowMillis - retention, coarsest)));
        }
        return new Tiers(upTo(nowMillis - rawRetentionMillis, coarsest), rollUps);
    }

    private static long upTo(long millis, long multipleOf) {
        return -Math.floorDiv(-millis, multipleOf) * multipleOf;
    }
}
