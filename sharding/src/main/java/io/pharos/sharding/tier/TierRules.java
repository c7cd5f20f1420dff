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
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which tiers a series has: {@code pharos.storage.tiers}, and what the list was before, as far as that still tells what is stored.
 * Thread-safe; immutable but for what it is told of before.
 */
public final class TierRules {
    private static final String PATH = "pharos.storage.tiers";
    private static final String RAW = "raw";
    private static final Set<String> KEYS = Set.of("selector", "resolution", "retention");
    private static final long DAY_MILLIS = 86_400_000L;
    /** A day is rolled up after its end; until then, and a day for what goes wrong, its raw samples have to be there. */
    private static final long RAW_MIN_MILLIS = 2 * DAY_MILLIS;

    /** Each raw retention is a table, and a group of series in queries. */
    private static final int RAW_RETENTIONS_MAX = 8;

    private static final long RETENTION_MAX_MILLIS = 3650 * DAY_MILLIS;

    /** Samples as they came for ever, and nothing rolled up. */
    public static final TierRules RAW_ONLY = new TierRules(
            new RawRules(List.of(new RawRules.Entry(List.of(), RETENTION_MAX_MILLIS, PATH))), new TreeMap<>());

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

    /**
     * Another list that samples and points were written by.
     *
     * @param untilMillis nothing was written by it after this
     */
    public record Former(TierRules rules, long untilMillis) {}

    /**
     * An entry of the list.
     *
     * @param resolutionMillis 0 of raw samples
     */
    record Line(List<LabelMatcher> selector, long resolutionMillis, long retentionMillis) {
        Line {
            selector = List.copyOf(selector);
        }
    }

    private final RawRules raw;
    /** Of each resolution the entries in order; finest first. */
    private final SortedMap<Long, List<Entry>> byResolution;

    private volatile List<Former> former = List.of();

    private TierRules(RawRules raw, SortedMap<Long, List<Entry>> byResolution) {
        this.raw = raw;
        this.byResolution = byResolution;
    }

    /** Reads the list out of a whole configuration. What is wrong is an {@link IllegalArgumentException} that names entry and line. */
    public static TierRules of(Config root) {
        List<RawRules.Entry> raw = new ArrayList<>();
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
                if (!raw.isEmpty() && raw.get(raw.size() - 1).selector().isEmpty()) {
                    throw new IllegalArgumentException(
                            where
                                    + ": an entry of raw samples without a selector stands before it, so this one never counts");
                }
                raw.add(new RawRules.Entry(selector, retention, where));
            } else {
                add(where, byResolution, duration(where, entry, "resolution"), selector, retention);
            }
        }
        if (raw.isEmpty()) {
            throw new IllegalArgumentException(PATH + " has no entry with resolution = raw");
        }
        RawRules rules = new RawRules(raw);
        if (!rules.common().selector().isEmpty()) {
            throw new IllegalArgumentException(PATH + ": of raw samples there is no entry without a selector");
        }
        if (rules.retentions().size() > RAW_RETENTIONS_MAX) {
            throw new IllegalArgumentException(
                    PATH + ": raw samples have " + rules.retentions().size() + " different retentions; at most "
                            + RAW_RETENTIONS_MAX + " are possible, each is a table");
        }
        check(rules.common().retentionMillis(), byResolution);
        return new TierRules(rules, byResolution);
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
        long millis = PrometheusDuration.parse(text).map(Duration::toMillis).orElse(0L);
        if (millis <= 0) {
            throw new IllegalArgumentException(where + ": " + key + " is " + text
                    + ", a duration such as 30s, 1m, 7d, 1y is needed" + (key.equals("resolution") ? ", or raw" : ""));
        }
        return millis;
    }

    /** The list, raw samples first. */
    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        raw.entries().forEach(entry -> lines.add(new Line(entry.selector(), 0, entry.retentionMillis())));
        byResolution
                .values()
                .forEach(entries -> entries.forEach(entry -> lines.add(
                        new Line(entry.selector, entry.tier.resolutionMillis(), entry.tier.retentionMillis()))));
        return lines;
    }

    /** Rules of a list that was valid once. */
    static TierRules ofLines(List<Line> lines) {
        List<RawRules.Entry> raw = new ArrayList<>();
        SortedMap<Long, List<Entry>> byResolution = new TreeMap<>();
        for (Line line : lines) {
            if (line.resolutionMillis == 0) {
                raw.add(new RawRules.Entry(line.selector, line.retentionMillis, PATH));
            } else {
                byResolution
                        .computeIfAbsent(line.resolutionMillis, added -> new ArrayList<>())
                        .add(new Entry(line.selector, new RollupTier(line.resolutionMillis, line.retentionMillis)));
            }
        }
        if (raw.isEmpty()) {
            throw new CorruptBlobException("a list of tiers has no raw samples");
        }
        return new TierRules(new RawRules(raw), byResolution);
    }

    /** How long samples are kept as they came, of series that no selector names. */
    public long rawRetentionMillis() {
        return raw.common().retentionMillis();
    }

    /** The class of chunks a series' are written into ({@link StorageTiers}). */
    public long rawKeptMillis(Labels labels) {
        return kept(raw.retentionMillis(labels));
    }

    /** How long a store keeps what queries see for so long: a day has to be rolled up out of it. */
    private long kept(long retentionMillis) {
        return byResolution.isEmpty() ? retentionMillis : Math.max(retentionMillis, RAW_MIN_MILLIS);
    }

    /** Whether all series' raw samples are kept for one time, and were. */
    public boolean sameRawForAll() {
        return raw.sameForAll() && former.stream().allMatch(each -> each.rules.raw.sameForAll());
    }

    /** Whether all chunks are written into the common class. */
    public boolean oneClassOfRaw() {
        return raw.sameForAll();
    }

    /** The shortest time raw samples of any series are stored for, or were. */
    public long rawShortestKeptMillis() {
        long shortest = kept(raw.shortest().retentionMillis());
        for (Former each : former) {
            shortest =
                    Math.min(shortest, each.rules.kept(each.rules.raw.shortest().retentionMillis()));
        }
        return shortest;
    }

    /** The longest time raw samples of any series are stored for. */
    public long rawLongestKeptMillis() {
        return kept(raw.longestMillis());
    }

    /** Says which entry of raw samples is shorter than what a sample needs until it is stored, if one is. */
    public Optional<String> rawShorterThan(Duration needed) {
        RawRules.Entry shortest = raw.shortest();
        return shortest.retentionMillis() >= needed.toMillis()
                ? Optional.empty()
                : Optional.of(shortest.where() + ": retention is " + RollupTier.text(shortest.retentionMillis())
                        + ", raw samples have to be kept for " + RollupTier.text(needed.toMillis())
                        + " at least");
    }

    /**
     * A series' raw samples strictly after the answer are all there, and none before it is to be read as raw.
     *
     * @param labels of the series; null where all have one retention
     */
    public long rawAfterMillis(@Nullable Labels labels, long nowMillis) {
        if (this == RAW_ONLY) {
            return Long.MIN_VALUE;
        }
        long after = nowMillis - raw.retentionMillis(labels);
        for (Former each : former) {
            long kept = each.rules.kept(each.rules.raw.retentionMillis(labels));
            after = Math.max(after, Math.min(each.untilMillis, nowMillis - kept));
        }
        return after;
    }

    /** The same in whole intervals of the coarsest roll-up, as {@link Tiers#groups} tells series apart. */
    public long rawBoundMillis(@Nullable Labels labels, long nowMillis) {
        return upTo(rawAfterMillis(labels, nowMillis), coarsestMillis());
    }

    /** What the list was before, so that nothing is expected from then that was not kept, and nothing left out that was. */
    public void toldFormer(List<Former> others) {
        former = List.copyOf(others);
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
                .orElse(rawRetentionMillis());
    }

    /** The longest time points of a resolution are kept for. */
    public long longestMillis(long resolutionMillis) {
        return tiers(resolutionMillis).stream()
                .mapToLong(RollupTier::retentionMillis)
                .max()
                .orElse(rawRetentionMillis());
    }

    /** The longest time anything is kept for. */
    public long longestMillis() {
        return byResolution.values().stream()
                .flatMap(List::stream)
                .mapToLong(entry -> entry.tier.retentionMillis())
                .reduce(raw.longestMillis(), Math::max);
    }

    /** What a store keeps by these rules. */
    public StorageTiers stored() {
        List<RollupTier> all = new ArrayList<>();
        for (long resolution : resolutions()) {
            all.addAll(tiers(resolution));
        }
        return new StorageTiers(
                rawRetentionMillis(), raw.retentions().stream().map(this::kept).toList(), all);
    }

    /**
     * From when on there is what, for a query now, in whole intervals of the coarsest roll-up: raw samples of each series by its own
     * entry, points by the entries without a selector.
     */
    public Tiers atTime(long nowMillis) {
        if (this == RAW_ONLY) {
            return Tiers.RAW_ONLY;
        }
        SortedSet<Long> bounds = rawBounds(nowMillis);
        List<Tiers.RollUpTier> rollUps = new ArrayList<>();
        long before = bounds.last();
        for (long resolution : resolutions()) {
            long after = upTo(pointsAfter(resolution, nowMillis), coarsestMillis());
            // One that was made anew may not reach as far back as a finer one yet.
            if (after < before) {
                rollUps.add(new Tiers.RollUpTier(resolution, after));
                before = after;
            }
        }
        if (rollUps.isEmpty()) {
            return new Tiers(Long.MIN_VALUE, rollUps, Tiers.NO_COLD, nowMillis, List.of());
        }
        return new Tiers(
                bounds.last(), rollUps, Tiers.NO_COLD, nowMillis, bounds.size() == 1 ? List.of() : List.copyOf(bounds));
    }

    /** What {@link #rawBoundMillis} may be of any series. */
    private SortedSet<Long> rawBounds(long nowMillis) {
        SortedSet<Long> bounds = new TreeSet<>();
        if (sameRawForAll()) {
            bounds.add(rawBoundMillis(null, nowMillis));
            return bounds;
        }
        raw.retentions().forEach(retention -> bounds.add(upTo(nowMillis - retention, coarsestMillis())));
        long first = bounds.first();
        for (Former each : former) {
            for (long retention : each.rules.raw.retentions()) {
                long after = Math.min(each.untilMillis, nowMillis - each.rules.kept(retention));
                bounds.add(Math.max(first, upTo(after, coarsestMillis())));
            }
        }
        return bounds;
    }

    private long pointsAfter(long resolution, long nowMillis) {
        long after = nowMillis - tier(resolution, null).retentionMillis();
        for (Former each : former) {
            long kept = each.rules.byResolution.containsKey(resolution)
                    ? nowMillis - each.rules.tier(resolution, null).retentionMillis()
                    : each.untilMillis - each.rules.sourceMillis(resolution) + DAY_MILLIS;
            after = Math.max(after, Math.min(each.untilMillis, kept));
        }
        return after;
    }

    /** How long that is kept of which points of a resolution would be made. */
    private long sourceMillis(long resolution) {
        SortedMap<Long, List<Entry>> finer = byResolution.headMap(resolution);
        return finer.isEmpty()
                ? kept(rawRetentionMillis())
                : tier(finer.lastKey(), null).retentionMillis();
    }

    private long coarsestMillis() {
        return byResolution.isEmpty() ? 1 : byResolution.lastKey();
    }

    private static long upTo(long millis, long multipleOf) {
        return -Math.floorDiv(-millis, multipleOf) * multipleOf;
    }
}
