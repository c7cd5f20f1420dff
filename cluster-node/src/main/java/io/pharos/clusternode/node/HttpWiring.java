package io.pharos.clusternode.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import io.pharos.alerting.AlertingRuntime;
import io.pharos.clusternode.cluster.Membership;
import io.pharos.clusternode.cluster.Protocol;
import io.pharos.clusternode.configuration.ConfigurationControl;
import io.pharos.clusternode.configuration.ConfigurationState;
import io.pharos.clusternode.program.Version;
import io.pharos.clusternode.status.GatheredStatus;
import io.pharos.clusternode.tls.TlsFiles;
import io.pharos.collection.ScrapeRuntime;
import io.pharos.collection.wire.remotewrite.RemoteWriteDecoder;
import io.pharos.collection.wire.remotewrite.RemoteWriteSettings;
import io.pharos.httpapi.HttpApiDependencies;
import io.pharos.httpapi.admin.Draining;
import io.pharos.httpapi.status.BuildInfo;
import io.pharos.httpapi.status.ConfigurationStatus;
import io.pharos.httpapi.status.JoinStatus;
import io.pharos.httpapi.status.MonitoringSources;
import io.pharos.httpapi.status.RuntimeStatus;
import io.pharos.httpapi.status.StatusSources;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.promql.query.QueryOptions;
import io.pharos.sharding.ShardingRuntime;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** What the routes ask, answered by the parts of this node. */
final class HttpWiring {
    private final NodeSettings settings;
    private final Config config;
    private final ShardingRuntime sharding;
    private final ScrapeRuntime scraping;
    private final AlertingRuntime alerting;
    private final ConfigurationControl configuration;
    private final NodeStatus status;
    private final GatheredStatus gathered;
    private final Membership membership;
    private final Store store;
    private final Draining draining;
    private final PrometheusRegistry registry;
    private final InstantSource clock;
    private final Instant started;

    HttpWiring(
            NodeSettings settings,
            Config config,
            ShardingRuntime sharding,
            ScrapeRuntime scraping,
            AlertingRuntime alerting,
            ConfigurationControl configuration,
            NodeStatus status,
            GatheredStatus gathered,
            Membership membership,
            Store store,
            Draining draining,
            PrometheusRegistry registry,
            InstantSource clock) {
        this.settings = settings;
        this.config = config;
        this.sharding = sharding;
        this.scraping = scraping;
        this.alerting = alerting;
        this.configuration = configuration;
        this.status = status;
        this.gathered = gathered;
        this.membership = membership;
        this.store = store;
        this.draining = draining;
        this.registry = registry;
        this.clock = clock;
        this.started = clock.instant();
    }

    HttpApiDependencies dependencies() {
        return new HttpApiDependencies(
                sharding.queries(),
                sharding.exemplarQueries(),
                sharding.sink(),
                sharding.exemplarSink(),
                sharding.imports(),
                new RemoteWriteDecoder(RemoteWriteSettings.of(config), scraping.metadata()),
                new MonitoringSources(
                        alerting::ruleGroups,
                        alerting::alerts,
                        gathered::notifications,
                        gathered::targets,
                        scraping.metadata()),
                new StatusSources(
                        new BuildInfo(Version.number(), "", "", ""),
                        this::runtime,
                        this::flags,
                        this::configuration,
                        gathered::storage,
                        gathered::cluster,
                        this::join,
                        (limit, cancellation) -> sharding.cardinality(
                                limit, QueryOptions.defaults().withCancellation(cancellation))),
                status::readiness,
                configuration::reload,
                status::checkpoint,
                sharding::delete,
                draining,
                registry,
                clock);
    }

    private ConfigurationStatus configuration() {
        ConfigurationState state = configuration.state();
        return new ConfigurationStatus(state.text(), state.version(), state.drift());
    }

    private RuntimeStatus runtime() {
        ConfigurationState state = configuration.state();
        return new RuntimeStatus(started, settings.data().toString(), state.isGood(), state.time(), "raw 7d");
    }

    /** What a node needs to join us: everything but Cassandra's user and password. */
    private JoinStatus join() {
        CassandraSettings cassandra = store.settings();
        return new JoinStatus(
                Version.number(),
                membership.clusterId(),
                Protocol.OLDEST,
                Protocol.NEWEST,
                membership.seeds(),
                config.getInt("pharos.sharding.shard-count"),
                cassandra.contactPoints(),
                cassandra.datacenter(),
                cassandra.keyspace(),
                store.isEmbedded(),
                TlsFiles.of(config).isPresent());
    }

    /** Every setting below pharos, without what looks like a secret. */
    private Map<String, String> flags() {
        Map<String, String> flags = new TreeMap<>();
        for (Map.Entry<String, ConfigValue> entry : config.getConfig("pharos").entrySet()) {
            boolean secret =
                    entry.getKey().contains("password") || entry.getKey().contains("token");
            flags.put(
                    entry.getKey(),
                    secret ? "<hidden>" : String.valueOf(entry.getValue().unwrapped()));
        }
        return flags;
    }
}
