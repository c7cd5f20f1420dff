package io.pharos.collection.target;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import io.pharos.collection.ScrapeJob;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.httpclient.HttpTransport;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleSink;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;

/** The actors that scrape, seen from outside. */
public final class Scraping {
    private final ActorRef<TargetManager.Command> manager;
    private final TargetBoard board;

    private Scraping(ActorRef<TargetManager.Command> manager, TargetBoard board) {
        this.manager = manager;
        this.board = board;
    }

    /** Starts without any target. */
    public static Scraping start(
            ActorSystem<?> system,
            SampleSink sink,
            ExemplarSink exemplars,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry,
            ScrapeSettings settings,
            MetadataCache metadata) {
        TargetBoard board = new TargetBoard();
        TargetActor.Deps deps = new TargetActor.Deps(
                transport, sink, exemplars, clock, metadata, new ScrapeMetrics(registry), new WriteOutage(), settings);
        TargetDefinitions definitions = new TargetDefinitions();
        ActorRef<TargetManager.Command> manager = system.systemActorOf(
                TargetManager.create(definitions, board, settings.droppedTargetsMax()),
                "scrape-targets",
                Props.empty());
        TargetHost host = new TargetHost(definitions, deps, board, manager);
        manager.tell(new TargetManager.Begin(host, new TargetSharding(system, host)));
        return new Scraping(manager, board);
    }

    /**
     * Scrapes what these jobs say from now on; unchanged targets go on undisturbed. Returns at once.
     *
     * @param jobs the cluster's: each target is scraped by one node
     * @param ownJobs scraped by this node alone
     */
    public void apply(List<ScrapeJob> jobs, List<ScrapeJob> ownJobs) {
        manager.tell(new TargetManager.Apply(List.copyOf(jobs), List.copyOf(ownJobs)));
    }

    /** Scrapes no more, without ending series: for a node that stops. Returns at once. */
    public void stop() {
        manager.tell(new TargetManager.Stop());
    }

    /** The targets this node scrapes at this moment; the dropped ones are those of the whole configuration. */
    public ScrapeTargets targets() {
        return new ScrapeTargets(board.active(), board.dropped(), board.droppedCount());
    }
}
