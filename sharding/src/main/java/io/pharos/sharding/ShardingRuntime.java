package io.pharos.sharding;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.pharos.promql.query.ExemplarQueries;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryService;
import io.pharos.sharding.cold.Cold;
import io.pharos.sharding.cold.ColdJob;
import io.pharos.sharding.cold.ColdMarks;
import io.pharos.sharding.deletion.ClusterDeletions;
import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.past.PastSettings;
import io.pharos.sharding.placement.EntityPlacement;
import io.pharos.sharding.query.Cardinality;
import io.pharos.sharding.query.DistributedQueries;
import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.sharding.shard.ShardRegistry;
import io.pharos.sharding.tier.TierHistory;
import io.pharos.sharding.wire.WireSerializer;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Series, log and queries of one node, started in its actor system, which must be a member of a cluster (of one at least). All
 * methods may be called by any thread.
 */
public final class ShardingRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(ShardingRuntime.class);
    /** Of parts or answers in one message; beside them it names an actor. */
    static final int PARTS_BYTES_MAX = WireSerializer.MESSAGE_BYTES_MAX - 1024;

    private static final Duration TIERS_LOOK = Duration.ofHours(1);
    /** For actors that only pass on what came from another node: on the threads that read it, none of which has to be woken for it. */
    static final Props BESIDE_MESSAGES = DispatcherSelector.fromConfig("akka.actor.internal-dispatcher");

    private static final Duration EXEMPLAR_PATIENCE = Duration.ofSeconds(3);

    private final ActorSystem<?> system;
    private final Stores stores;
    private final ShardingSettings settings;
    private final InstantSource clock;
    private final PrometheusRegistry prometheus;
    private final Runnable onDeclaredDead;
    private final ShardDirectory directory;
    private final NodeExemplars exemplars;
    private final NodeQueries queries;
    private final NodeIngest ingest;
    private final ClusterDeletions deletions;
    private final PastIndex past;
    private final ShardReports shards;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final NodeTimers timers;
    private final TierHistory tierHistory;
    private final @Nullable ColdJob cold;
    private volatile @Nullable RunningShards running;
    private volatile boolean stopped;

    private ShardingRuntime(
            ActorSystem<?> system,
            Stores stores,
            ShardingSettings settings,
            InstantSource clock,
            PrometheusRegistry prometheus,
            Runnable onDeclaredDead,
            @Nullable Cold coldTier) {
        this.system = system;
        this.stores = stores;
        this.settings = settings;
        this.clock = clock;
        this.prometheus = prometheus;
        this.onDeclaredDead = onDeclaredDead;
        this.timers = new NodeTimers(system);
        this.tierHistory = new TierHistory(stores.settings(), settings.rollUp().tiers(), clock);
        this.directory = new ShardDirectory(settings.shardCount());
        this.shards = new ShardReports(
                settings.shardCount(), directory, system.address().toString(), clock.instant());
        this.past = new PastIndex(
                stores.catalogue(),
                clock,
                settings.rollUp().tiers().longestMillis(),
                PastSettings.of(system.settings().config()),
                prometheus);
        this.cold = coldTier == null
                ? null
                : new ColdJob(
                        stores,
                        coldTier.store(),
                        coldTier.settings(),
                        settings.rollUp().tiers(),
                        clock,
                        this::registry,
                        system.dispatchers().lookup(DispatcherSelector.fromConfig("pharos.sharding.cold-dispatcher")),
                        prometheus);
        this.exemplars = NodeExemplars.create(system, directory, this::taking, stores, settings, clock, prometheus);
        this.queries = NodeQueries.create(
                system, directory, this::readable, stores, past, cold, exemplars, settings, clock, prometheus);
        this.ingest = new NodeIngest(
                system,
                settings,
                directory,
                place -> place.worker().equals(queries.worker()),
                () -> running,
                clock,
                prometheus);
        this.deletions = new ClusterDeletions(system, settings.shardCount(), this::region, clock);
    }

    /**
     * Starts this node's part. Returns at once; nothing is taken before {@link #ready}, only held and retried.
     *
     * @param system with the configuration of this module (conf) in its own
     * @param prometheus where metrics are registered
     * @param cold where raw samples go that are older than their retention; null for nowhere
     */
    public static ShardingRuntime start(
            ActorSystem<?> system,
            Stores stores,
            ShardingSettings settings,
            InstantSource clock,
            PrometheusRegistry prometheus,
            @Nullable Cold cold) {
        return start(
                system,
                stores,
                settings,
                clock,
                prometheus,
                () -> {
                    LOG.error("this incarnation was declared dead while it still ran; ending the process");
                    // From a thread of its own: exit waits for shutdown hooks, and they may wait for the thread that
                    // calls
                    // this.
                    new Thread(() -> System.exit(1), "declared-dead").start();
                },
                cold);
    }

    /**
     * The same, with what is to be done when this incarnation was declared dead and collected.
     *
     * @param onDeclaredDead must end the process
     */
    public static ShardingRuntime start(
            ActorSystem<?> system,
            Stores stores,
            ShardingSettings settings,
            InstantSource clock,
            PrometheusRegistry prometheus,
            Runnable onDeclaredDead,
            @Nullable Cold cold) {
        ShardingRuntime runtime =
                new ShardingRuntime(system, stores, settings, clock, prometheus, onDeclaredDead, cold);
        runtime.begin();
        return runtime;
    }

    private void begin() {
        Incarnation incarnation = new Incarnation(UUID.randomUUID());
        Layout.check(stores.settings(), settings.shardCount())
                .thenCompose(same -> tierHistory.look())
                .thenCompose(same -> cold == null ? CompletableFuture.completedStage(null) : cold.begin())
                .thenCompose(known -> stores.incarnations().register(incarnation))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        startShards(incarnation);
                    } else if (Layout.isMismatch(failure) || stopped) {
                        ready.completeExceptionally(failure);
                    } else {
                        LOG.warn("the store does not answer yet, so no shard is taken: {}", failure.toString());
                        timers.later(Duration.ofSeconds(1), this::begin);
                    }
                });
    }

    private void startShards(Incarnation incarnation) {
        ShardNode node = ShardNode.create(system, incarnation, stores, settings, clock, prometheus, onDeclaredDead);
        ColdJob coldJob = cold;
        Stores seen = coldJob == null ? stores : stores.withRollupProgress(new ColdMarks(stores.rollupProgress()));
        RunningShards started = RunningShards.create(system, node, seen, settings, past, clock, prometheus);
        running = started;
        node.registry().onChange(() -> past.keep(node.registry().open()));
        started.begin(stores, settings, directory, ingest.router(), queries.worker(), exemplars, () -> {
            ingest.rate().look();
            shards.look(node.registry().states());
        });
        timers.every(
                TIERS_LOOK,
                () -> tierHistory.look().exceptionally(failure -> {
                    LOG.warn(
                            "which tiers the cluster had is not known anew, next try in an hour: {}",
                            failure.toString());
                    return null;
                }));
        if (coldJob != null) {
            timers.every(coldJob.interval(), coldJob::look);
        }
        awaitReady();
    }

    private @Nullable ShardRegistry registry() {
        RunningShards here = running;
        return here == null ? null : here.node().registry();
    }

    /** Brings what is due to the cold store, as is done at intervals; complete when that is done or was tried. */
    public CompletionStage<Void> cool() {
        return cold == null ? CompletableFuture.completedStage(null) : cold.look();
    }

    /** Until when every open shard of this node is in the cold store, in milliseconds; empty where that is not known. */
    public OptionalLong coldUntil() {
        return cold == null ? OptionalLong.empty() : cold.until();
    }

    /** Rolls up what is due in the shards of this node, as is done at intervals; complete when that is done or was tried. */
    public CompletionStage<Void> rollUp() {
        RunningShards here = running;
        return here == null
                ? CompletableFuture.completedStage(null)
                : here.rollUps().look();
    }

    /** Until when every open shard of this node is rolled up, in milliseconds by resolution. */
    public Map<Long, Long> rolledUntil() {
        RunningShards here = running;
        return here == null ? Map.of() : here.rollUps().until();
    }

    /** For how long the next points could have been made, of the shard of this node that waits longest; by resolution. */
    public Map<Long, Duration> rollUpLags() {
        RunningShards here = running;
        return here == null ? Map.of() : here.rollUps().lags();
    }

    /** The shard, if it is open here and surely not taken by another. */
    private @Nullable OpenShard readable(int shard) {
        RunningShards here = running;
        return here == null ? null : here.readable(shard);
    }

    /** The shard, if it takes samples here now. */
    private @Nullable OpenShard taking(int shard) {
        RunningShards here = running;
        return here == null || here.node().registry().taking(shard) == null
                ? null
                : here.node().registry().open(shard);
    }

    private void awaitReady() {
        if (stopped || ready.isDone()) {
            return;
        }
        if (directory.complete()) {
            ready.complete(null);
        } else {
            timers.later(Duration.ofMillis(50), this::awaitReady);
        }
    }

    /** Where samples go. */
    public SampleSink sink() {
        return ingest.router();
    }

    /** Where samples of any age go, in large batches: an import. */
    public SampleSink imports() {
        return ingest.imports();
    }

    /** Where exemplars go, when the samples of their series are stored. */
    public ExemplarSink exemplarSink() {
        return exemplars.router();
    }

    /** Where questions for exemplars go. */
    public ExemplarQueries exemplarQueries() {
        return queries.cluster();
    }

    /** Where questions go. */
    public QueryService queries() {
        return queries.cluster();
    }

    /** What has most series in the cluster; {@link DistributedQueries#cardinality}. */
    public CompletionStage<Cardinality> cardinality(int limit, QueryOptions options) {
        return queries.cluster().cardinality(limit, options);
    }

    /** Completes when every shard of the cluster is open; fails only when this node cannot ever take part (another shard count). */
    public CompletionStage<Void> ready() {
        return ready.minimalCompletionStage();
    }

    /** Seals everything on this node, makes it durable and checkpoints; fails naming the shards that could not. */
    public CompletionStage<Void> checkpoint() {
        RunningShards here = running;
        return here == null
                ? CompletableFuture.failedStage(new IllegalStateException("this node has no shards yet"))
                : CheckpointRound.run(here.node().registry().states(), here.region(), system.scheduler());
    }

    private @Nullable ActorRef<ShardingEnvelope<SeriesShard.Command>> region() {
        RunningShards here = running;
        return here == null ? null : here.region();
    }

    /** Hides samples from all queries; {@link ClusterDeletions#delete}. */
    public CompletionStage<Void> delete(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, Duration patience) {
        return deletions.delete(selectors, fromMillis, toMillis, patience);
    }

    /** What goes on. */
    public ShardingStatus status() {
        RunningShards here = running;
        ShardNode node = here == null ? null : here.node();
        return new ShardingStatus(
                node == null ? "" : node.incarnation().toString(),
                shards.all(node == null ? List.of() : node.registry().states()),
                ingest.rate().perSecond(),
                ingest.metrics().received(),
                node == null ? 0 : node.logMetrics().bytesWritten(),
                node == null ? 0 : node.log().segments().count(),
                node == null ? Duration.ZERO : node.log().lag(),
                node == null ? 0 : node.log().pendingBytes(),
                node == null || node.log().answering(),
                ingest.metrics().refusals(),
                node == null ? 0 : node.hot().bytes(),
                node == null ? 0 : node.hot().bytesMax(),
                queries.metrics().hotRatio(),
                node == null ? 0 : node.unloggedBytes().get(),
                ingest.router().pendingBytes());
    }

    /**
     * Stops this node's part: sends what was taken until it is acknowledged, hands its shards over, and only then takes no more.
     * Completes when that is done, or after the hand-over's time when the cluster does not let it happen.
     */
    public CompletionStage<Done> stop() {
        ready.completeExceptionally(new IllegalStateException("stopped"));
        RunningShards here = running;
        if (here != null) {
            here.rollUps().stop();
        }
        if (cold != null) {
            cold.stop();
        }
        Duration patience = settings.shard().handOverTimeout();
        CompletableFuture<Done> sent = new CompletableFuture<>();
        awaitSent(sent, System.nanoTime() + patience.toNanos() / 2);
        return sent.thenCompose(done -> EntityPlacement.leave(system, type -> type.equals(entityType()), patience))
                .handle((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("not every shard was handed over: {}", failure.toString());
                    }
                    return Done.getInstance();
                })
                // What the shards left to be written of exemplars; their next owners do not wait for it.
                .thenCompose(left -> exemplars.stop(EXEMPLAR_PATIENCE))
                .handle((done, failure) -> {
                    stopped = true;
                    ingest.router().stop();
                    RunningShards last = running;
                    if (last != null) {
                        last.node().log().close();
                    }
                    return Done.getInstance();
                });
    }

    /** Bytes of the heads that a shard's next owner would read now: those of its last checkpoint, as stored. Reads them. */
    public CompletionStage<Long> headBytes(int shard) {
        AtomicLong bytes = new AtomicLong();
        return stores.shardRecords()
                .read(shard)
                .thenCompose(record -> record.checkpoint().isEmpty()
                        ? CompletableFuture.<Void>completedStage(null)
                        : stores.heads()
                                .read(shard, record.checkpoint().get(), part -> bytes.addAndGet(part.remaining())))
                .thenApply(read -> bytes.get());
    }

    /** The name of the entity type of shards of series: other types leave a node before it. */
    public static String entityType() {
        return RunningShards.TYPE.name();
    }

    private void awaitSent(CompletableFuture<Done> sent, long deadlineNanos) {
        if (ingest.pendingBytes() == 0 || System.nanoTime() - deadlineNanos >= 0) {
            sent.complete(Done.getInstance());
        } else {
            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(() -> awaitSent(sent, deadlineNanos));
        }
    }
}
