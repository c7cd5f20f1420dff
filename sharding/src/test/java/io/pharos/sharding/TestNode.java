package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.cold.Cold;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A cluster of one in this JVM, for tests. */
final class TestNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    final ActorSystem<Void> system;
    final ShardingRuntime runtime;
    final PrometheusRegistry registry = new PrometheusRegistry();
    private final InstantSource clock;

    TestNode(Stores stores, UnaryOperator<ShardingSettings> change) {
        this(stores, change, InstantSource.system());
    }

    TestNode(Stores stores, UnaryOperator<ShardingSettings> change, InstantSource clock) {
        this(stores, change, clock, null, null);
    }

    /** A node with a cold tier. */
    TestNode(Stores stores, UnaryOperator<ShardingSettings> change, InstantSource clock, Cold cold) {
        this(stores, change, clock, null, cold);
    }

    /** A node that joins the cluster of another one, over loopback. */
    TestNode(Stores stores, UnaryOperator<ShardingSettings> change, TestNode peer) {
        this(stores, change, InstantSource.system(), peer, null);
    }

    private TestNode(
            Stores stores,
            UnaryOperator<ShardingSettings> change,
            InstantSource clock,
            @Nullable TestNode peer,
            @Nullable Cold cold) {
        this.clock = clock;
        system = ActorSystem.create(Behaviors.empty(), "pharos", config());
        Cluster cluster = Cluster.get(system);
        cluster.manager()
                .tell(Join.create(
                        peer == null
                                ? cluster.selfMember().address()
                                : Cluster.get(peer.system).selfMember().address()));
        runtime = ShardingRuntime.start(
                system,
                stores,
                change.apply(
                        withoutPreload(ShardingSettings.of(system.settings().config()))),
                clock,
                registry,
                cold);
    }

    /** Most tests say what is in memory and what in the store only, at any time. */
    private static ShardingSettings withoutPreload(ShardingSettings settings) {
        return settings.withShard(Shards.withHotPreload(settings.shard(), Duration.ZERO));
    }

    static Config config() {
        return ConfigFactory.parseString("""
                        akka {
                          actor.provider = cluster
                          actor.allow-java-serialization = off
                          remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                          loglevel = WARNING
                          loggers = ["akka.event.slf4j.Slf4jLogger"]
                          cluster.jmx.enabled = off
                          # Membership and moves in tenths of seconds: tests wait for them.
                          cluster.gossip-interval = 100ms
                          cluster.leader-actions-interval = 100ms
                          cluster.periodic-tasks-initial-delay = 100ms
                          cluster.sharding.retry-interval = 200ms
                          cluster.sharding.rebalance-interval = 500ms
                          cluster.distributed-data.gossip-interval = 200ms
                          cluster.distributed-data.notify-subscribers-interval = 50ms
                          coordinated-shutdown.exit-jvm = off
                          coordinated-shutdown.run-by-actor-system-terminate = off
                          cluster.sharding.state-store-mode = ddata
                          cluster.downing-provider-class = ""
                        }
                        """)
                .withFallback(ConfigFactory.parseResources("pharos/reference.conf"))
                .withFallback(ConfigFactory.load())
                .resolve();
    }

    TestNode awaitReady() throws Exception {
        runtime.ready().toCompletableFuture().get(2, TimeUnit.MINUTES);
        return this;
    }

    /** Appends as a sender would; all samples have to be stored. */
    void append(SampleBatchBuilder batch) throws Exception {
        SampleBatch built = batch.build();
        AppendResult result = runtime.sink()
                .append(built, clock.instant().plus(PATIENCE))
                .toCompletableFuture()
                .get(4, TimeUnit.MINUTES);
        assertThat(result).isEqualTo(AppendResult.Decided.allOf(built.sampleCount()));
    }

    /** What an expression is at a time. */
    QueryValue value(String expression, long timeMillis) throws Exception {
        return runtime.queries()
                .instant(expression, timeMillis, QueryOptions.defaults())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES)
                .value();
    }

    /** The one number an expression is at a time. */
    double number(String expression, long timeMillis) throws Exception {
        QueryValue.Vector vector = (QueryValue.Vector) value(expression, timeMillis);
        assertThat(vector.samples()).as(expression).hasSize(1);
        return vector.samples().get(0).value();
    }

    /** Ends without handing anything over, as a kill would. */
    void kill() {
        close();
    }

    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated()
                    .toCompletableFuture()
                    .get(Duration.ofSeconds(20).toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException("the actor system did not end", failure);
        }
    }
}
