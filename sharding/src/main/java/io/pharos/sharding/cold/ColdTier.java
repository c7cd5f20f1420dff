package io.pharos.sharding.cold;

import io.pharos.promql.query.Tiers;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The cold tier of one node: what its job writes and its queries read. Thread-safe. */
final class ColdTier {
    private final Stores stores;
    private final ColdStore store;
    private final ColdSettings settings;
    private final TierRules rules;
    private final InstantSource clock;
    private final IntFunction<@Nullable OpenShard> open;
    private final ColdBook book;
    private final ColdSince since;
    private final ColdMetrics metrics;
    private final ColdObjects objects;

    /**
     * Over a store of objects.
     *
     * @param open the shard, where this node owns it
     * @param until see {@link ColdMetrics}
     */
    ColdTier(
            Stores stores,
            ColdStore store,
            ColdSettings settings,
            TierRules rules,
            InstantSource clock,
            IntFunction<@Nullable OpenShard> open,
            PrometheusRegistry prometheus,
            java.util.function.Supplier<OptionalLong> until) {
        settings.check(rules);
        this.stores = stores;
        this.store = store;
        this.settings = settings;
        this.rules = rules;
        this.clock = clock;
        this.open = open;
        this.book = new ColdBook(stores.settings());
        this.since = new ColdSince(stores.settings());
        this.metrics = new ColdMetrics(prometheus, until);
        this.objects = new ColdObjects(store, settings.indexCacheBytes(), metrics);
    }

    Stores stores() {
        return stores;
    }

    ColdStore store() {
        return store;
    }

    ColdSettings settings() {
        return settings;
    }

    TierRules rules() {
        return rules;
    }

    ColdBook book() {
        return book;
    }

    ColdSince since() {
        return since;
    }

    ColdMetrics metrics() {
        return metrics;
    }

    ColdObjects objects() {
        return objects;
    }

    long nowMillis() {
        return clock.millis();
    }

    @Nullable
    OpenShard open(int shard) {
        return open.apply(shard);
    }

    /** The last UTC day of whose raw chunks some may be gone from the chunk store by now. */
    long lastGoneDay() {
        return Math.floorDiv(nowMillis() - rules.rawShortestKeptMillis(), ColdDay.MILLIS);
    }

    /** The first day that is kept: older ones expire. */
    long firstKeptDay() {
        return Math.floorDiv(nowMillis() - settings.retention().toMillis(), ColdDay.MILLIS);
    }

    /** The tiers with what the cold store adds: strictly after a time all raw samples are there. */
    Tiers with(Tiers tiers, long nowMillis) {
        OptionalLong first = since.now();
        if (first.isEmpty()) {
            return tiers;
        }
        long kept = Math.floorDiv(nowMillis - settings.retention().toMillis(), ColdDay.MILLIS) + 1;
        return tiers.withCold(Math.max(first.getAsLong(), kept) * ColdDay.MILLIS);
    }
}
