package io.pharos.sharding.tier;

import io.pharos.timeseries.store.SettingsStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Each node writes down, before it takes a shard and then once a day, that its list is in use until two days from now. So after a
 * change every node knows until when something may have been written by the list before, and for how long that was kept.
 * What is claimed too long only makes queries read points where raw samples would be there as well.
 */
/** Which lists of tiers the cluster had: the setting {@code tiers}, by compare-and-set. Tells our own rules. Thread-safe. */
public final class TierHistory {
    static final String NAME = "tiers";

    private static final Logger LOG = LoggerFactory.getLogger(TierHistory.class);
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long AHEAD_MILLIS = 2 * DAY_MILLIS;
    private static final long RENEW_MILLIS = DAY_MILLIS;
    /** The one that ended first goes; who changes the list so often has more holes than this one. */
    private static final int LISTS_MAX = 32;

    private static final int ATTEMPTS_MAX = 10;

    private final SettingsStore settings;
    private final TierRules rules;
    private final InstantSource clock;

    /** For a node with these rules. */
    public TierHistory(SettingsStore settings, TierRules rules, InstantSource clock) {
        this.settings = settings;
        this.rules = rules;
        this.clock = clock;
    }

    /** Reads what there was, and writes that our list is in use; complete when the rules know it and it is durable. */
    public CompletionStage<Void> look() {
        return rules == TierRules.RAW_ONLY ? CompletableFuture.completedStage(null) : look(1);
    }

    private CompletionStage<Void> look(int attempt) {
        return settings.read(NAME).thenCompose(stored -> {
            long now = clock.millis();
            List<TierRules.Former> others = new ArrayList<>();
            long mine = Long.MIN_VALUE;
            for (TierRules.Former list :
                    stored.map(setting -> TierListBlob.read(setting.value())).orElse(List.of())) {
                if (list.rules().lines().equals(rules.lines())) {
                    mine = list.untilMillis();
                } else if (list.untilMillis()
                        > now - Math.max(rules.longestMillis(), list.rules().longestMillis())) {
                    others.add(list);
                }
            }
            others.sort(Comparator.comparingLong(TierRules.Former::untilMillis));
            while (others.size() >= LISTS_MAX) {
                LOG.warn(
                        "pharos.storage.tiers was changed more than {} times; the first change is forgotten",
                        LISTS_MAX);
                others.remove(0);
            }
            if (mine >= now + RENEW_MILLIS) {
                rules.toldFormer(others);
                return CompletableFuture.completedStage(null);
            }
            if (stored.isPresent() && mine == Long.MIN_VALUE) {
                LOG.info("pharos.storage.tiers is another list than before; what was stored by that one stays found");
            }
            List<TierRules.Former> all = new ArrayList<>(others);
            all.add(new TierRules.Former(rules, now + AHEAD_MILLIS));
            long version = stored.map(SettingsStore.Setting::version).orElse(0L);
            return settings.replace(NAME, version, TierListBlob.write(all)).thenCompose(written -> {
                if (written) {
                    rules.toldFormer(others);
                    return CompletableFuture.completedStage(null);
                }
                return attempt < ATTEMPTS_MAX
                        ? look(attempt + 1)
                        : CompletableFuture.failedStage(
                                new IllegalStateException("the setting " + NAME + " changes all the time"));
            });
        });
    }
}
