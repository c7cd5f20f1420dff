package io.pharos.collection;

import akka.actor.typed.ActorSystem;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.target.ScrapeSettings;
import io.pharos.collection.target.ScrapeTargets;
import io.pharos.collection.target.Scraping;
import io.pharos.httpclient.HttpTransport;
import io.pharos.timeseries.sample.SampleSink;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;

/** Scraping as a whole: what the node starts, reconfigures and asks. Thread-safe; ends with its actor system. */
public final class ScrapeRuntime {
    private final Scraping scraping;
    private final MetadataCache metadata;

    private ScrapeRuntime(Scraping scraping, MetadataCache metadata) {
        this.scraping = scraping;
        this.metadata = metadata;
    }

    /** Starts without any target and with the settings of the system's configuration ({@code pharos.collection}). */
    public static ScrapeRuntime start(
            ActorSystem<?> system,
            SampleSink sink,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry) {
        return start(
                system,
                sink,
                transport,
                clock,
                registry,
                ScrapeSettings.of(system.settings().config()));
    }

    /** Starts without any target and with given settings. */
    public static ScrapeRuntime start(
            ActorSystem<?> system,
            SampleSink sink,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry,
            ScrapeSettings settings) {
        MetadataCache metadata = new MetadataCache(settings.metadataNamesMax());
        return new ScrapeRuntime(
                Scraping.start(system, sink, transport, clock, registry, settings, metadata), metadata);
    }

    /** Scrapes what a configuration says from now on; unchanged targets go on undisturbed. Returns at once. */
    public void apply(PrometheusConfiguration configuration) {
        scraping.apply(configuration.jobs());
    }

    /** Scrapes no more, for good, without ending series: call it before the sink stops. Returns at once. */
    public void stop() {
        scraping.stop();
    }

    /** All targets of this node at this moment. */
    public ScrapeTargets targets() {
        return scraping.targets();
    }

    /** What targets and remote writers said about metrics; give it to the remote write decoder, too. */
    public MetadataCache metadata() {
        return metadata;
    }
}
