package io.pharos.sharding;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.plan.SubPlanEvaluator;
import io.pharos.promql.query.ExemplarQueries;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryService;
import io.pharos.sharding.bulk.BulkActor;
import io.pharos.sharding.bulk.BulkRules;
import io.pharos.sharding.bulk.BulkSink;
import io.pharos.sharding.cold.Cold;
import io.pharos.sharding.cold.ColdJob;
import io.pharos.sharding.cold.ColdMarks;
import io.pharos.sharding.deletion.ClusterDeletions;
import io.pharos.sharding.ingest.IngestMetrics;
import io.pharos.sharding.ingest.IngestRouter;
import io.pharos.sharding.ingest.IngestSettings;
import io.pharos.sharding.ingest.NodeDoors;
import io.pharos.sharding.ingest.RouterActor;
import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.past.PastSettings;
import io.pharos.sharding.placement.EntityPlacement;
import io.pharos.sharding.query.Cardinality;
import io.pharos.sharding.query.DistributedQueries;
import io.pharos.sharding.query.QueryMetrics;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.query.StoredSamples;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.ImportPart;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.sharding.shard.ShardRegistry;
import io.pharos.sharding.tier.TierRules;
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
import java.util.concurrent.Executor;
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

    private static final Duration EXEMPLAR_PATIENCE = Duration.ofSeconds(3);

    private final ActorSystem<?> system;
    private final Stores stores;
    private final ShardingSettings settings;
    private final InstantSource clock;
    private final PrometheusRegistry prometheus;
    private final Runnable onDeclaredDead;
    private final IngestMetrics ingestMetrics;
    private final IngestRouter router;
    private final ActorRef<AppendAnswer> replies;
    private final NodeDoors doors;
    private final BulkSink imports;
    private final ActorRef<AppendReply> importReplies;
    private final ShardDirectory directory;
    private final ActorRef<QueryWorker.Command> worker;
    private final DistributedQueries queries;
    private final ClusterDeletions deletions;
    private final NodeExemplars exemplars;
    private final QueryMetrics queryMetrics;
    private final PastIndex past;
    private final Rate rate;
    private final ShardReports shards;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final NodeTimers timers;
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
        this.ingestMetrics = new IngestMetrics(prometheus);
        this.rate = new Rate(ingestMetrics::received);
        this.router = new IngestRouter(
                settings.shardCount(), settings.ingest(), clock, parts -> doors().send(parts), ingestMetrics);
        system.systemActorOf(RouterActor.create(router, settings.ingest().gather()), "ingest-router", Props.empty());
        this.replies = system.systemActorOf(RouterActor.answers(router), "ingest-answers", Props.empty());
        this.imports = new BulkSink(settings.shardCount(), importRules(settings), clock, router, this::toOwner);
        this.importReplies = system.systemActorOf(BulkActor.create(imports), "import-answers", Props.empty());
        this.directory = new ShardDirectory(settings.shardCount());
        this.shards = new ShardReports(
                settings.shardCount(), directory, system.address().toString(), clock.instant());
        this.doors = new NodeDoors(this::door, this::byRegion, replies, PARTS_BYTES_MAX);
        this.queryMetrics = new QueryMetrics(prometheus);
        this.past = new PastIndex(
                stores.catalogue(),
                clock,
                settings.rollUp().tiers().longestMillis(),
                PastSettings.of(system.settings().config()),
                prometheus);
        TierRules tiers = settings.rollUp().tiers();
        ColdJob coldJob = coldTier == null
                ? null
                : new ColdJob(
                        stores,
                        coldTier.store(),
                        coldTier.settings(),
                        tiers,
                        clock,
                        this::registry,
                        executor("pharos.sharding.cold-dispatcher"),
                        prometheus);
        this.cold = coldJob;
        Engine engine = new Engine(EngineSettings.of(system.settings().config()));
        this.exemplars = NodeExemplars.create(system, directory, this::taking, stores, settings, clock, prometheus);
        this.worker = system.systemActorOf(
                QueryWorker.create(
                        this::readable,
                        new StoredSamples(
                                coldJob == null ? stores.chunks() : coldJob.chunks(),
                                stores.rollups(),
                                tiers,
                                past,
                                clock),
                        exemplars.search(),
                        new SubPlanEvaluator(engine.settings(), engine.budget()),
                        settings.query(),
                        executor("pharos.sharding.query-dispatcher"),
                        queryMetrics),
                "query-worker",
                Props.empty());
        Executor merging = executor("pharos.sharding.merge-dispatcher");
        Executor roots = executor("pharos.sharding.root-dispatcher");
        this.deletions = new ClusterDeletions(system, settings.shardCount(), this::region, clock);
        this.queries = new DistributedQueries(
                system,
                directory,
                engine,
                settings.query(),
                now -> coldJob == null ? tiers.atTime(now) : coldJob.with(tiers.atTime(now), now),
                clock,
                merging,
                roots,
                queryMetrics,
                exemplars.settings().answerMax());
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
                .thenCompose(same -> stores.incarnations().register(incarnation))
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
        started.begin(stores, settings, directory, router, worker, exemplars, () -> {
            rate.look();
            shards.look(node.registry().states());
        });
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

    private NodeDoors doors() {
        return doors;
    }

    /** The door of the node that takes samples of a shard now, or null: while it is handed over they go by the region, which holds them. */
    private @Nullable ActorRef<AppendDoor.Command> door(int shard) {
        RunningShards here = running;
        if (here != null && here.node().registry().taking(shard) != null) {
            return here.door();
        }
        ShardDirectory.Place place = directory.places().get(shard);
        return place == null || place.worker().equals(worker) ? null : place.door();
    }

    private static BulkRules importRules(ShardingSettings settings) {
        IngestSettings ingest = settings.ingest();
        return new BulkRules(
                settings.shard().outOfOrderWindow(),
                Duration.ofMillis(settings.rollUp().tiers().longestMillis()),
                ingest.partLabelBytesMax(),
                ingest.pendingBytesMax(),
                ingest.attemptTimeout(),
                ingest.retryPause(),
                ingest.retryAfter());
    }

    /** Until this node has a region, the part is sent again later. */
    private void toOwner(ImportPart part) {
        RunningShards here = running;
        if (here != null) {
            here.region()
                    .tell(new ShardingEnvelope<>(
                            Integer.toString(part.shard()), new SeriesShard.Import(part, importReplies)));
        }
    }

    private void byRegion(SeriesShard.Append append) {
        AppendPart part = append.part();
        RunningShards here = running;
        if (here == null) {
            append.replyTo().tell(new AppendReply.NotNow(part.shard(), part.part(), AppendReply.Reason.RECOVERING));
        } else {
            here.region().tell(new ShardingEnvelope<>(Integer.toString(part.shard()), append));
        }
    }

    /** Where samples go. */
    public SampleSink sink() {
        return router;
    }

    /** Where samples of any age go, in large batches: an import. */
    public SampleSink imports() {
        return imports;
    }

    /** Where exemplars go, when the samples of their series are stored. */
    public ExemplarSink exemplarSink() {
        return exemplars.router();
    }

    /** Where questions for exemplars go. */
    public ExemplarQueries exemplarQueries() {
        return queries;
    }

    /** Where questions go. */
    public QueryService queries() {
        return queries;
    }

    /** What has most series in the cluster; {@link DistributedQueries#cardinality}. */
    public CompletionStage<Cardinality> cardinality(int limit, QueryOptions options) {
        return queries.cardinality(limit, options);
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
                rate.perSecond(),
                ingestMetrics.received(),
                node == null ? 0 : node.logMetrics().bytesWritten(),
                node == null ? 0 : node.log().segments().count(),
                node == null ? Duration.ZERO : node.log().lag(),
                node == null ? 0 : node.log().pendingBytes(),
                node == null || node.log().answering(),
                ingestMetrics.refusals(),
                node == null ? 0 : node.hot().bytes(),
                node == null ? 0 : node.hot().bytesMax(),
                queryMetrics.hotRatio(),
                node == null ? 0 : node.unloggedBytes().get(),
                router.pendingBytes());
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
                    router.stop();
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
        if (router.pendingBytes() + imports.pendingBytes() == 0 || System.nanoTime() - deadlineNanos >= 0) {
            sent.complete(Done.getInstance());
        } else {
            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(() -> awaitSent(sent, deadlineNanos));
        }
    }

    private Executor executor(String dispatcher) {
        return system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
    }
}
