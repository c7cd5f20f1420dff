package io.pharos.sharding;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.plan.SubPlanEvaluator;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryService;
import io.pharos.sharding.bulk.BulkActor;
import io.pharos.sharding.bulk.BulkRules;
import io.pharos.sharding.bulk.BulkSink;
import io.pharos.sharding.ingest.IngestMetrics;
import io.pharos.sharding.ingest.IngestRouter;
import io.pharos.sharding.ingest.IngestSettings;
import io.pharos.sharding.ingest.NodeDoors;
import io.pharos.sharding.ingest.RouterActor;
import io.pharos.sharding.placement.EntityPlacement;
import io.pharos.sharding.placement.ShardStarter;
import io.pharos.sharding.query.Cardinality;
import io.pharos.sharding.query.DistributedQueries;
import io.pharos.sharding.query.QueryMetrics;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.query.ShardGossip;
import io.pharos.sharding.query.StillOwner;
import io.pharos.sharding.query.StoredSamples;
import io.pharos.sharding.recovery.Janitor;
import io.pharos.sharding.rollup.RollUpJob;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.ImportPart;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.sharding.shard.ShardRegistry;
import io.pharos.sharding.wire.WireSerializer;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    private static final EntityTypeKey<SeriesShard.Command> SHARD =
            EntityTypeKey.create(SeriesShard.Command.class, "series-shard");
    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(2);
    /** Of parts or answers in one message; beside them it names an actor. */
    private static final int PARTS_BYTES_MAX = WireSerializer.MESSAGE_BYTES_MAX - 1024;

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
    private final QueryMetrics queryMetrics;
    private final Rate rate;
    private final ShardRates shardRates = new ShardRates();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Instant startedAt;
    private volatile @Nullable ActorRef<AppendDoor.Command> ownDoor;
    private volatile @Nullable ShardNode node;
    private volatile @Nullable StillOwner stillOwner;
    private volatile @Nullable ActorRef<ShardingEnvelope<SeriesShard.Command>> region;
    private volatile @Nullable RollUpJob rollUps;
    private volatile boolean stopped;

    private ShardingRuntime(
            ActorSystem<?> system,
            Stores stores,
            ShardingSettings settings,
            InstantSource clock,
            PrometheusRegistry prometheus,
            Runnable onDeclaredDead) {
        this.system = system;
        this.stores = stores;
        this.settings = settings;
        this.clock = clock;
        this.prometheus = prometheus;
        this.onDeclaredDead = onDeclaredDead;
        this.startedAt = clock.instant();
        this.ingestMetrics = new IngestMetrics(prometheus);
        this.rate = new Rate(ingestMetrics::received);
        this.router = new IngestRouter(
                settings.shardCount(), settings.ingest(), clock, parts -> doors().send(parts), ingestMetrics);
        system.systemActorOf(RouterActor.create(router, settings.ingest().gather()), "ingest-router", Props.empty());
        this.replies = system.systemActorOf(RouterActor.answers(router), "ingest-answers", Props.empty());
        this.imports = new BulkSink(settings.shardCount(), bulkRules(settings), clock, router, this::toOwner);
        this.importReplies = system.systemActorOf(BulkActor.create(imports), "import-answers", Props.empty());
        this.directory = new ShardDirectory(settings.shardCount());
        this.doors = new NodeDoors(this::door, this::byRegion, replies, PARTS_BYTES_MAX);
        this.queryMetrics = new QueryMetrics(prometheus);
        Engine engine = new Engine(EngineSettings.of(system.settings().config()));
        this.worker = system.systemActorOf(
                QueryWorker.create(
                        this::readable,
                        new StoredSamples(stores, settings.rollUp().tiers(), clock),
                        new SubPlanEvaluator(engine.settings(), engine.budget()),
                        settings.query(),
                        executor("pharos.sharding.query-dispatcher"),
                        queryMetrics),
                "query-worker",
                Props.empty());
        Executor merging = executor("pharos.sharding.merge-dispatcher");
        Executor roots = executor("pharos.sharding.root-dispatcher");
        this.queries = new DistributedQueries(
                system,
                directory,
                engine,
                settings.query(),
                settings.rollUp().tiers(),
                clock,
                merging,
                roots,
                queryMetrics);
    }

    /**
     * Starts this node's part. Returns at once; nothing is taken before {@link #ready}, only held and retried.
     *
     * @param system with the configuration of this module (conf) in its own
     * @param prometheus where metrics are registered
     */
    public static ShardingRuntime start(
            ActorSystem<?> system,
            Stores stores,
            ShardingSettings settings,
            InstantSource clock,
            PrometheusRegistry prometheus) {
        return start(system, stores, settings, clock, prometheus, () -> {
            LOG.error("this incarnation was declared dead while it still ran; ending the process");
            // From a thread of its own: exit waits for shutdown hooks, and they may wait for the thread that calls
            // this.
            new Thread(() -> System.exit(1), "declared-dead").start();
        });
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
            Runnable onDeclaredDead) {
        ShardingRuntime runtime = new ShardingRuntime(system, stores, settings, clock, prometheus, onDeclaredDead);
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
                        later(Duration.ofSeconds(1), this::begin);
                    }
                });
    }

    private void startShards(Incarnation incarnation) {
        ShardNode started = ShardNode.create(system, incarnation, stores, settings, clock, prometheus, onDeclaredDead);
        StillOwner own = new StillOwner(
                () -> stores.incarnations().read(incarnation),
                System::nanoTime,
                clock,
                again -> later(Duration.ofMillis(200), again));
        every(Duration.ofMillis(500), own::tick);
        stillOwner = own;
        ownDoor = system.systemActorOf(
                AppendDoor.create(started.registry(), this::byRegion, PARTS_BYTES_MAX), "append-door", Props.empty());
        node = started;
        Entity<SeriesShard.Command, ShardingEnvelope<SeriesShard.Command>> entity = Entity.of(
                        SHARD,
                        context -> SeriesShard.create(started.context(), Integer.parseInt(context.getEntityId())))
                .withStopMessage(new SeriesShard.HandOver())
                .withEntityProps(DispatcherSelector.fromConfig("pharos.sharding.shard-dispatcher"));
        ActorRef<ShardingEnvelope<SeriesShard.Command>> running =
                EntityPlacement.init(system, entity, settings.shardCount());
        region = running;
        ActorRef<ShardStarter.Command> starter = system.systemActorOf(
                ShardStarter.create(
                        running,
                        settings.shardCount(),
                        shard -> directory.places().get(shard) == null,
                        SeriesShard.Touch::new,
                        settings.touchInterval()),
                "shard-starter",
                Props.empty());
        directory.onOpened(router::opened);
        system.systemActorOf(
                ShardGossip.create(
                        started.registry(),
                        directory,
                        worker,
                        ownDoor,
                        incarnation.toString(),
                        closed -> starter.tell(new ShardStarter.Missing(closed))),
                "shard-gossip",
                Props.empty());
        Janitor janitor = new Janitor(stores, settings.shardCount(), directory::incarnations);
        akka.cluster.Cluster cluster = akka.cluster.Cluster.get(system);
        every(Duration.ofMinutes(1), () -> {
            // One in the cluster: its leader.
            if (cluster.selfAddress().equals(cluster.state().getLeader())) {
                janitor.sweep().exceptionally(failure -> {
                    LOG.warn("dead incarnations could not be looked for: {}", failure.toString());
                    return java.util.Set.of();
                });
            }
        });
        RollUpJob rolling = new RollUpJob(
                stores,
                settings.rollUp(),
                started.registry(),
                clock,
                executor("pharos.sharding.roll-up-dispatcher"),
                settings.shardCount(),
                longer(settings.shard().outOfOrderWindow(), settings.seal().span()),
                prometheus);
        rollUps = rolling;
        every(settings.rollUp().interval(), rolling::look);
        every(Duration.ofSeconds(5), () -> {
            started.hot().adapt();
            started.askForLostShards(stores);
            started.log().dropCovered();
            rate.look();
            shardRates.look(started.registry().states(), System.nanoTime());
        });
        awaitReady();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Rolls up what is due in the shards of this node, as is done at intervals; complete when that is done or was tried. */
    public CompletionStage<Void> rollUp() {
        RollUpJob running = rollUps;
        return running == null ? CompletableFuture.completedStage(null) : running.look();
    }

    /** Until when every open shard of this node is rolled up, in milliseconds by resolution. */
    public Map<Long, Long> rolledUntil() {
        RollUpJob running = rollUps;
        return running == null ? Map.of() : running.until();
    }

    /** The shard, if it is open here and surely not taken by another. */
    private @Nullable OpenShard readable(int shard) {
        ShardNode running = node;
        StillOwner own = stillOwner;
        OpenShard open = running == null ? null : running.registry().open(shard);
        return open == null || own == null || !own.isSure(shard, open.epoch()) ? null : open;
    }

    private void awaitReady() {
        if (stopped || ready.isDone()) {
            return;
        }
        if (directory.complete()) {
            ready.complete(null);
        } else {
            later(Duration.ofMillis(50), this::awaitReady);
        }
    }

    private NodeDoors doors() {
        return doors;
    }

    /** The door of the node that takes samples of a shard now, or null: while it is handed over they go by the region, which holds them. */
    private @Nullable ActorRef<AppendDoor.Command> door(int shard) {
        ShardNode running = node;
        if (running != null && running.registry().taking(shard) != null) {
            return ownDoor;
        }
        ShardDirectory.Place place = directory.places().get(shard);
        return place == null || place.worker().equals(worker) ? null : place.door();
    }

    private static BulkRules bulkRules(ShardingSettings settings) {
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
        ActorRef<ShardingEnvelope<SeriesShard.Command>> target = region;
        if (target != null) {
            target.tell(new ShardingEnvelope<>(
                    Integer.toString(part.shard()), new SeriesShard.Import(part, importReplies)));
        }
    }

    private void byRegion(SeriesShard.Append append) {
        AppendPart part = append.part();
        ActorRef<ShardingEnvelope<SeriesShard.Command>> target = region;
        if (target == null) {
            append.replyTo().tell(new AppendReply.NotNow(part.shard(), part.part(), AppendReply.Reason.RECOVERING));
        } else {
            target.tell(new ShardingEnvelope<>(Integer.toString(part.shard()), append));
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
        ShardNode running = node;
        ActorRef<ShardingEnvelope<SeriesShard.Command>> target = region;
        if (running == null || target == null) {
            return CompletableFuture.failedStage(new IllegalStateException("this node has no shards yet"));
        }
        List<CompletableFuture<SeriesShard.CheckpointReply>> replying = new ArrayList<>();
        for (ShardRegistry.State state : running.registry().states()) {
            replying.add(AskPattern.<ShardingEnvelope<SeriesShard.Command>, SeriesShard.CheckpointReply>ask(
                            target,
                            replyTo -> new ShardingEnvelope<>(
                                    Integer.toString(state.shard()), new SeriesShard.CheckpointNow(replyTo)),
                            CHECKPOINT_TIMEOUT,
                            system.scheduler())
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(replying.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    StringBuilder failed = new StringBuilder();
                    for (CompletableFuture<SeriesShard.CheckpointReply> reply : replying) {
                        SeriesShard.CheckpointReply answer = reply.join();
                        if (!answer.done()) {
                            failed.append(failed.isEmpty() ? "" : "; ")
                                    .append("shard ")
                                    .append(answer.shard())
                                    .append(": ")
                                    .append(answer.detail());
                        }
                    }
                    if (!failed.isEmpty()) {
                        throw new IllegalStateException("not every shard could be checkpointed: " + failed);
                    }
                    return null;
                });
    }

    /** What goes on. */
    public ShardingStatus status() {
        ShardNode running = node;
        Map<Integer, ShardRegistry.State> mine = new HashMap<>();
        if (running != null) {
            running.registry().states().forEach(state -> mine.put(state.shard(), state));
        }
        List<ShardingStatus.ShardStatus> shards = new ArrayList<>(settings.shardCount());
        List<ShardDirectory.@Nullable Place> places = directory.places();
        for (int shard = 0; shard < settings.shardCount(); shard++) {
            shards.add(shardStatus(shard, mine.get(shard), places.get(shard)));
        }
        return new ShardingStatus(
                running == null ? "" : running.incarnation().toString(),
                shards,
                rate.perSecond(),
                ingestMetrics.received(),
                running == null ? 0 : running.logMetrics().bytesWritten(),
                running == null ? 0 : running.log().segments().count(),
                running == null ? Duration.ZERO : running.log().lag(),
                running == null ? 0 : running.log().pendingBytes(),
                running == null || running.log().answering(),
                ingestMetrics.refusals(),
                running == null ? 0 : running.hot().bytes(),
                running == null ? 0 : running.hot().bytesMax(),
                queryMetrics.hotRatio(),
                running == null ? 0 : running.unloggedBytes().get(),
                router.pendingBytes());
    }

    private ShardingStatus.ShardStatus shardStatus(
            int shard, ShardRegistry.@Nullable State state, ShardDirectory.@Nullable Place place) {
        if (state != null) {
            return new ShardingStatus.ShardStatus(
                    shard,
                    system.address().toString(),
                    state.phase().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    state.since(),
                    state.epoch(),
                    state.series(),
                    state.samples(),
                    shardRates.perSecond(state),
                    true);
        }
        if (place != null) {
            return new ShardingStatus.ShardStatus(
                    shard,
                    place.worker().path().address().toString(),
                    "open",
                    startedAt,
                    place.epoch(),
                    0,
                    0,
                    0,
                    false);
        }
        return new ShardingStatus.ShardStatus(shard, "", "absent", startedAt, 0, 0, 0, 0, false);
    }

    /**
     * Stops this node's part: sends what was taken until it is acknowledged, hands its shards over, and only then takes no more.
     * Completes when that is done, or after the hand-over's time when the cluster does not let it happen.
     */
    public CompletionStage<Done> stop() {
        ready.completeExceptionally(new IllegalStateException("stopped"));
        RollUpJob rolling = rollUps;
        if (rolling != null) {
            rolling.stop();
        }
        Duration patience = settings.shard().handOverTimeout();
        CompletableFuture<Done> sent = new CompletableFuture<>();
        awaitSent(sent, System.nanoTime() + patience.toNanos() / 2);
        return sent.thenCompose(done -> EntityPlacement.leave(system, type -> type.equals(SHARD.name()), patience))
                .handle((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("not every shard was handed over: {}", failure.toString());
                    }
                    stopped = true;
                    router.stop();
                    ShardNode running = node;
                    if (running != null) {
                        running.log().close();
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
        return SHARD.name();
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

    private void later(Duration delay, Runnable work) {
        system.scheduler().scheduleOnce(delay, work, system.executionContext());
    }

    private void every(Duration interval, Runnable work) {
        system.scheduler().scheduleWithFixedDelay(interval, interval, work, system.executionContext());
    }
}
