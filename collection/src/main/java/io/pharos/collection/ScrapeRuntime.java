package io.pharos.collection;

import akka.actor.typed.ActorSystem;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.target.ScrapeSettings;
import io.pharos.collection.target.ScrapeTargets;
import io.pharos.collection.target.Scraping;
import io.pharos.httpclient.HttpTransport;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleSink;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;

/**
 * Scraping as a whole: what the node starts, reconfigures and asks. Each target is scraped by one node of the cluster. Thread-safe;
 * ends with its actor system, which must be a cluster node.
 */
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
            ExemplarSink exemplars,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry) {
        return start(
                system,
                sink,
                exemplars,
                transport,
                clock,
                registry,
                ScrapeSettings.of(system.settings().config()));
    }

    /** Starts without any target and with given settings; exemplars are not kept. */
    public static ScrapeRuntime start(
            ActorSystem<?> system,
            SampleSink sink,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry,
            ScrapeSettings settings) {
        return start(system, sink, ExemplarSink.NONE, transport, clock, registry, settings);
    }

    /** Starts without any target and with given settings. */
    public static ScrapeRuntime start(
            ActorSystem<?> system,
            SampleSink sink,
            ExemplarSink exemplars,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry,
            ScrapeSettings settings) {
        MetadataCache metadata = new MetadataCache(settings.metadataNamesMax());
        return new ScrapeRuntime(
                Scraping.start(system, sink, exemplars, transport, clock, registry, settings, metadata), metadata);
    }

    /**
     * Scrapes what a configuration says from now on, as far as its targets belong to this node; unchanged targets go on
     * undisturbed. All nodes have to be given the same. Returns at once.
     */
    public void apply(PrometheusConfiguration configuration) {
        apply(configuration, List.of());
    }

    /**
     * The same, with jobs that only this node knows and runs, such as the one by which it watches itself.
     *
     * @param ownJobs their names must differ from the configuration's
     */
    public void apply(PrometheusConfiguration configuration, List<ScrapeJob> ownJobs) {
        scraping.apply(configuration.jobs(), ownJobs);
    }

    /** Scrapes no more, for good, without ending series: call it before the sink stops. Returns at once. */
    public void stop() {
        scraping.stop();
    }

    /**
     * The targets this node scrapes at this moment, not those of other nodes; the dropped ones are those of the whole
     * configuration.
     */
    public ScrapeTargets targets() {
        return scraping.targets();
    }

    /** What targets and remote writers said about metrics; give it to the remote write decoder, too. */
    public MetadataCache metadata() {
        return metadata;
    }
}
