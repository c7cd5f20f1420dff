package io.pharos.sharding.query;

import com.typesafe.config.ConfigFactory;
import io.pharos.sharding.exemplar.ExemplarMemory;
import io.pharos.sharding.exemplar.ExemplarMetrics;
import io.pharos.sharding.exemplar.ExemplarSettings;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;

/** A search that finds nothing, for workers that are asked other things. */
final class NoExemplars {
    private NoExemplars() {}

    static ExemplarSearch search() {
        ExemplarSettings settings = ExemplarSettings.of(ConfigFactory.parseResources("pharos/reference.conf"));
        return new ExemplarSearch(
                new ExemplarMemory(settings, 0, 0, new ExemplarMetrics(new PrometheusRegistry())),
                new InMemoryStores().stores().exemplars(),
                settings,
                InstantSource.system(),
                0);
    }
}
