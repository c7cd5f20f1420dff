package io.pharos.sharding.query;

import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.RollupStore;
import io.pharos.timeseries.store.Stores;
import java.time.InstantSource;

/** Where query workers read what is no longer in memory. */
public record StoredSamples(
        ChunkStore chunks, RollupStore rollups, TierRules tiers, PastIndex past, InstantSource clock) {
    /** Of a node's stores. */
    public StoredSamples(Stores stores, TierRules tiers, PastIndex past, InstantSource clock) {
        this(stores.chunks(), stores.rollups(), tiers, past, clock);
    }
}
