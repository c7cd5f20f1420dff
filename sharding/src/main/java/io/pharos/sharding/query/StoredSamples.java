package io.pharos.sharding.query;

import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.RollupStore;
import io.pharos.timeseries.store.Stores;
import java.time.InstantSource;

/**
 * Where query workers read what is no longer in memory.
 *
 * @param chunks what is not older than its retention
 * @param coldChunks of any age, with what only the cold store has
 */
public record StoredSamples(
        ChunkStore chunks,
        ChunkStore coldChunks,
        RollupStore rollups,
        TierRules tiers,
        PastIndex past,
        InstantSource clock) {
    /** Of a node's stores. */
    public StoredSamples(Stores stores, TierRules tiers, PastIndex past, InstantSource clock) {
        this(stores.chunks(), stores.chunks(), stores.rollups(), tiers, past, clock);
    }
}
