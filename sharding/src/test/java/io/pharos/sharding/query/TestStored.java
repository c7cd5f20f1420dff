package io.pharos.sharding.query;

import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.past.PastSettings;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;

/** What workers read from, for tests. */
final class TestStored {
    private TestStored() {}

    static StoredSamples samples(Stores stores) {
        PastIndex past = new PastIndex(
                stores.catalogue(),
                InstantSource.system(),
                TierRules.RAW_ONLY.longestMillis(),
                new PastSettings(64 << 20),
                new PrometheusRegistry());
        return new StoredSamples(stores, TierRules.RAW_ONLY, past, InstantSource.system());
    }
}
