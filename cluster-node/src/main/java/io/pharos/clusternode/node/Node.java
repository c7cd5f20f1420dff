package io.pharos.clusternode.node;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import akka.http.javadsl.ServerBinding;
import com.typesafe.config.Config;
import io.pharos.alerting.AlertingRuntime;
import io.pharos.alerting.AlertingSettings;
import io.pharos.alerting.JournalCheck;
import io.pharos.clusternode.cluster.Bootstrap;
import io.pharos.clusternode.cluster.ClusterId;
import io.pharos.clusternode.cluster.ClusterSettings;
import io.pharos.clusternode.cluster.DiscoverySettings;
import io.pharos.clusternode.cluster.Membership;
import io.pharos.clusternode.cluster.NodeToken;
import io.pharos.clusternode.configuration.CheckedConfiguration;
import io.pharos.clusternode.configuration.ConfigurationControl;
import io.pharos.clusternode.configuration.ConfigurationFiles;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.status.GatheredStatus;
import io.pharos.clusternode.tls.NodeTls;
import io.pharos.clusternode.tls.TlsFiles;
import io.pharos.collection.ScrapeRuntime;
import io.pharos.conf.ConfigurationException;
import io.pharos.httpapi.HttpApi;
import io.pharos.httpapi.HttpApiSettings;
import io.pharos.httpclient.AkkaHttpTransport;
import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.journal.JournalSettings;
import io.pharos.persistence.lease.ExpelledNodes;
import io.pharos.persistence.roll.NodeRoll;
import io.pharos.sharding.ShardingRuntime;
import io.pharos.sharding.ShardingSettings;
import io.pharos.sharding.cold.Cold;
import io.pharos.sharding.placement.Draining;
import io.pharos.sharding.placement.EntityPlacement;
import io.pharos.sharding.tier.TierRules;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: every part started in order, and stopped in the order turned round. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(150);
    private static final Duration JOURNAL_PATIENCE = Duration.ofSeconds(60);
    private static final Duration PART_STOP_PATIENCE = Duration.ofSeconds(20);

    /** What to stop, the last started first. */
    private final Deque<Part> parts = new ArrayDeque<>();

    private ConfigurationControl configuration;
    private volatile @Nullable Membership joining;
    private volatile boolean closing;
    private volatile boolean shutOut;

    /** @param isOfCluster whether it stops together with the other nodes, which one that was shut out cannot */
    private record Part(String name, boolean isOfCluster, Stop stop) {}

    private interface Stop {
        void run() throws Exception;
    }

    @SuppressWarnings("NullAway.Init")
    private Node() {}

    /**
     * Starts a node and returns when it takes writes and answers queries; what was started is stopped again when a part fails.
     *
     * @param config everything the modules read their settings from
     * @param stop counted down when the node ends by itself, since the cluster shut it out
     */
    public static Node start(NodeSettings settings, Config config, CountDownLatch stop)
            throws ConfigurationException, InterruptedException {
        Node node = new Node();
        try {
            node.startParts(settings, config, stop);
            return node;
        } catch (ConfigurationException | InterruptedException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private void startParts(NodeSettings settings, Config config, CountDownLatch stop)
            throws ConfigurationException, InterruptedException {
        HttpApiSettings httpSettings = HttpApiSettings.of(config);
        SelfScrape selfScrape = new SelfScrape(settings, NodeToken.of(httpSettings));
        Ports.requireMeant(
                settings.host(),
                settings.insecureListen() || httpSettings.tokenFile().isPresent());
        Ports.requireFree(settings.host(), settings.port(), "HTTP");
        Ports.requireFree(settings.host(), settings.clusterPort(), "cluster");
        if (DiscoverySettings.of(config).isUsed()) {
            Ports.requireFree(settings.host(), settings.bootstrapPort(), "discovery");
        }
        // Faults of the files are said before anything slow is started.
        ConfigurationControl.check(settings.prometheusFile(), settings.alertmanagerFile());
        Optional<NodeTls> tls = TlsFiles.of(config).map(NodeTls::load);
        if (httpSettings.tokenFile().isPresent() && tls.isEmpty() && !Ports.isLoopback(settings.host())) {
            LOG.warn(
                    "the cluster port {}:{} asks nobody for a token: set pharos.cluster.tls, or let only nodes reach it",
                    settings.host(),
                    settings.clusterPort());
        }
        InstantSource clock = InstantSource.system();
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);

        TierRules tiers = TierRules.of(config);
        Optional<Cold> cold = ColdTierStore.open(config, tiers, clock);
        cold.ifPresent(tier -> parts.push(new Part("the cold store", false, tier.store()::close)));
        Store store = Store.start(settings, config, registry);
        parts.push(new Part("Cassandra", false, store::close));
        CassandraStores stores = await(store.connect(tiers.stored(), clock), STORE_PATIENCE, "the store");
        parts.push(new Part("the session with Cassandra", false, stores::close));

        ClusterSettings cluster = ClusterSettings.of(config);
        String clusterId = ClusterId.of(stores.stores().settings(), cluster.expectedId());
        ActorSystem<Void> system = ActorSystems.start(
                settings,
                config,
                JournalSettings.of(store.settings()).akka(),
                new ActorSystems.Identity(clusterId, tls),
                stores.leaseSetup());
        // A node that the cluster downed has ended its part by itself: the process must not stay behind.
        Cluster.get(system).registerOnMemberRemoved(() -> shutOut(stop));
        system.getWhenTerminated().thenRun(() -> shutOut(stop));
        parts.push(new Part("the actor system", true, () -> {
            CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.actorSystemTerminateReason());
            await(system.getWhenTerminated(), PART_STOP_PATIENCE, "the actor system");
        }));

        AlertingSettings alertingSettings = AlertingSettings.of(config);
        CompletionStage<Done> journal = JournalCheck.run(
                system, settings.host() + ":" + settings.clusterPort(), alertingSettings.journal(), clock);
        ShardingRuntime sharding = ShardingRuntime.start(
                system, stores.stores(), ShardingSettings.of(config), clock, registry, cold.orElse(null));
        parts.push(new Part(
                "the shards", true, () -> await(sharding.stop(), PART_STOP_PATIENCE.multipliedBy(2), "the shards")));

        AkkaHttpTransport transport = AkkaHttpTransport.create(system);
        AlertingRuntime alerting = AlertingRuntime.start(
                system,
                alertingSettings,
                sharding.queries(),
                sharding.sink(),
                transport,
                clock,
                registry,
                settings.data().resolve("spool"));
        ScrapeRuntime scraping =
                ScrapeRuntime.start(system, sharding.sink(), sharding.exemplarSink(), transport, clock, registry);
        parts.push(new Part("scraping", true, scraping::stop));
        parts.push(new Part("the rules, targets and notifications", true, () -> {
            alerting.stop();
            await(
                    EntityPlacement.leave(
                            system,
                            type -> !type.equals(ShardingRuntime.entityType()),
                            PART_STOP_PATIENCE.dividedBy(2)),
                    PART_STOP_PATIENCE,
                    "the end of rules, targets and notifications");
        }));

        ConfigurationControl control = new ConfigurationControl(
                new ConfigurationFiles(
                        settings.prometheusFile(),
                        settings.alertmanagerFile(),
                        "http://" + settings.host() + ":" + settings.port()),
                stores.stores().settings(),
                checked -> apply(checked, scraping, alerting, selfScrape),
                clock,
                registry);
        configuration = control;
        parts.push(new Part("the configuration", true, control::close));

        await(journal, JOURNAL_PATIENCE, "the journal of alerts");
        // What this node is to run has to be known before the others may give it a share.
        NodeRoll roll = stores.roll();
        ExpelledNodes expelled = stores.expelled();
        control.start(!Membership.othersRun(roll, settings.entry()));
        Membership membership = Membership.start(
                system, roll, expelled, settings.entry(), new Membership.Known(clusterId, cluster.seeds(), tls));
        joining = membership;
        if (DiscoverySettings.of(config).isUsed()) {
            ServerBinding binding = await(
                    Bootstrap.start(system, settings.host(), settings.bootstrapPort()),
                    PART_STOP_PATIENCE,
                    "the bootstrap");
            parts.push(new Part(
                    "the bootstrap",
                    true,
                    () -> await(binding.unbind(), PART_STOP_PATIENCE, "the end of the bootstrap")));
        }
        parts.push(new Part("the membership", true, membership::leave));

        store.connected(stores);
        NodeStatus status = new NodeStatus(
                settings,
                new NodeStatus.Parts(
                        sharding, stores.stores().statistics(), control, alerting, scraping, store, membership),
                clock.instant());
        GatheredStatus gathered = GatheredStatus.start(
                system,
                new GatheredStatus.Local(
                        status::report,
                        scraping::targets,
                        alerting::notifications,
                        status::shardOwners,
                        alerting::groupCount),
                stores.stores().statistics(),
                clock);
        HttpWiring wiring = new HttpWiring(
                settings,
                config,
                sharding,
                scraping,
                alerting,
                control,
                status,
                gathered,
                membership,
                store,
                new NodeDraining(new Draining(system), sharding, gathered),
                registry,
                clock);
        HttpApi http = await(HttpApi.start(system, httpSettings, wiring.dependencies()), PART_STOP_PATIENCE, "HTTP");
        parts.push(new Part("HTTP", true, () -> {
            status.stopping();
            await(http.stop(), PART_STOP_PATIENCE, "HTTP");
        }));
        await(membership.joined(), STORE_PATIENCE, "the cluster");
        await(sharding.ready(), STORE_PATIENCE, "the shards");
        LOG.info("ready at http://{}:{}", settings.host(), settings.port());
    }

    private static void apply(
            CheckedConfiguration checked, ScrapeRuntime scraping, AlertingRuntime alerting, SelfScrape selfScrape) {
        scraping.apply(checked.prometheus(), selfScrape.jobs(checked.prometheus()));
        alerting.apply(checked.alerting());
    }

    private void shutOut(CountDownLatch stop) {
        Membership membership = joining;
        if (closing || shutOut) {
            return;
        }
        if (membership != null && membership.refused()) {
            shutOut = true; // the start fails with what that says
            return;
        }
        shutOut = true;
        LOG.error(
                "the other nodes shut this one out, since it was not reachable for them: it ends now. Started again it joins"
                        + " them as a new one; nothing acknowledged is lost");
        stop.countDown();
    }

    /** Whether the cluster went on without this node. */
    public boolean isShutOut() {
        return shutOut;
    }

    /** Reads the configuration files again, as SIGHUP asks. */
    public void reload() {
        configuration.reload().thenAccept(faults -> {
            if (faults.isEmpty()) {
                LOG.info("the configuration was reloaded");
            }
        });
    }

    private static <T> T await(CompletionStage<T> stage, Duration patience, String what) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure(CommandFailure.sentence(e), e);
        } catch (TimeoutException e) {
            throw new CommandFailure(what + " did not come within " + patience.toSeconds() + " s; see DATA/logs", e);
        }
    }

    /** Stops every part; one that cannot be stopped cleanly is said and left. */
    @Override
    public void close() {
        closing = true;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            if (shutOut && part.isOfCluster()) {
                continue;
            }
            try {
                part.stop().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                LOG.warn("interrupted while stopping {}", part.name());
            } catch (Exception e) {
                LOG.warn("{} could not be stopped cleanly: {}", part.name(), CommandFailure.sentence(e));
            }
        }
    }
}
