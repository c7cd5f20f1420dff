package io.pharos.collection.target;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import io.pharos.collection.ScrapeJob;
import io.pharos.collection.TargetFiles;
import io.pharos.collection.target.TargetDefinitions.Definition;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which targets the configuration names now: it ends those on this node that it names no more, and sees to it that each
 * other one runs on the node it belongs to.
 */
/*
 * Targets are entities, so the manager starts none itself: it touches them, through the region. To spare messages, of a shard
 * of which nothing runs here one target is touched, on whichever node that shard is; where it starts, that node's manager
 * hears it and touches the others of the shard, which never leave that node. Every node does so when a configuration comes and
 * from then on periodically, which brings targets back after their shard has moved or a node has died.
 *
 * Only a node's own targets are children of the manager, for no other node knows them.
 */
public final class TargetManager extends AbstractBehavior<TargetManager.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(TargetManager.class);

    /** Files are looked at this often at least, so that a change counts soon. */
    private static final Duration FILES_EVERY = Duration.ofSeconds(5);

    /** A target that does not run is missed for this long at most, once its shard has a node. */
    private static final Duration START_EVERY = Duration.ofSeconds(5);

    /** From the end of a node until its shards can be asked for. */
    private static final Duration AFTER_A_NODE = Duration.ofMillis(500);

    private static final int UNDEFINED_MAX = 1000;

    /** What the manager is told. */
    public sealed interface Command {}

    /**
     * Scrape what these jobs say, from now on.
     *
     * @param ownJobs of this node alone
     */
    public record Apply(List<ScrapeJob> jobs, List<ScrapeJob> ownJobs) implements Command {}

    /** Scrape no more; series do not end, since this node or another goes on with them. */
    public record Stop() implements Command {}

    /** A target has started on this node, or started again. */
    record Started(String key, Definition definition, ActorRef<TargetActor.Command> actor) implements Command {}

    /** Another node wants a target to run here that this node's configuration does not name. */
    record Undefined(String key) implements Command {}

    /** Work can begin: what is hosted here, and where the others are. Comes once, first. */
    record Begin(TargetHost host, TargetSharding sharding) implements Command {}

    private record Ended(String key, ActorRef<TargetActor.Command> actor) implements Command {}

    private record StartMissing() implements Command {}

    private record NodeGone() implements Command {}

    private record ReadFiles() implements Command {}

    private record FilesRead(List<ScrapeJob> jobs, TargetFiles files) implements Command {}

    private record Running(Definition definition, ActorRef<TargetActor.Command> actor) {}

    private final int droppedMax;
    private final TargetBoard board;
    private final TargetDefinitions definitions;
    private final TargetHost host;
    private final TargetSharding sharding;
    private final TimerScheduler<Command> timers;
    private final Executor blocking;
    private final Map<String, Running> running = new HashMap<>();
    private final Set<String> undefined = new HashSet<>();
    private final Set<Labels> wantedLabels = new HashSet<>();
    private List<ScrapeJob> jobs = List.of();
    private List<ScrapeJob> ownJobs = List.of();
    private TargetFiles files = TargetFiles.NONE;
    private Map<Integer, List<String>> shards = Map.of();
    private List<String> ownKeys = List.of();
    private boolean unapplied;
    private boolean stopped;
    private long children;

    /** @param droppedMax dropped targets kept for display */
    static Behavior<Command> create(TargetDefinitions definitions, TargetBoard board, int droppedMax) {
        return Behaviors.receive(Command.class)
                .onMessage(
                        Begin.class,
                        begin -> Behaviors.setup(context -> Behaviors.withTimers(
                                timers -> new TargetManager(context, timers, definitions, board, droppedMax, begin))))
                .onAnyMessage(early -> Behaviors.same()) // other nodes ask while this one has no configuration yet
                .build();
    }

    private TargetManager(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            TargetDefinitions definitions,
            TargetBoard board,
            int droppedMax,
            Begin begin) {
        super(context);
        this.definitions = definitions;
        this.board = board;
        this.droppedMax = droppedMax;
        this.timers = timers;
        host = begin.host();
        sharding = begin.sharding();
        blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
        timers.startTimerWithFixedDelay(new StartMissing(), START_EVERY);
        Cluster.get(context.getSystem())
                .subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(ClusterEvent.MemberRemoved.class, removed -> new NodeGone()),
                        ClusterEvent.MemberRemoved.class));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Apply.class, this::onApply)
                .onMessage(Started.class, this::onStarted)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(Undefined.class, this::onUndefined)
                .onMessage(StartMissing.class, m -> onStartMissing())
                .onMessage(NodeGone.class, m -> onNodeGone())
                .onMessage(ReadFiles.class, m -> onReadFiles())
                .onMessage(FilesRead.class, this::onFilesRead)
                .onMessage(Stop.class, m -> onStop())
                .build();
    }

    private Behavior<Command> onApply(Apply apply) {
        if (stopped) {
            return this;
        }
        jobs = apply.jobs();
        ownJobs = apply.ownJobs();
        unapplied = true;
        undefined.clear();
        timers.cancel(ReadFiles.class);
        if (jobs.stream().anyMatch(job -> !job.files().isEmpty())) {
            return onReadFiles();
        }
        reconcile();
        return this;
    }

    private Behavior<Command> onReadFiles() {
        List<ScrapeJob> asked = jobs;
        TargetFiles known = files;
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> TargetFiles.read(asked, known), blocking),
                        (read, failure) -> new FilesRead(
                                asked,
                                failure == null
                                        ? read
                                        : new TargetFiles(
                                                known.groups(),
                                                List.of("all targets of files stay as they are: " + failure))));
        return this;
    }

    private Behavior<Command> onFilesRead(FilesRead read) {
        if (stopped || read.jobs() != jobs) {
            return this; // another configuration came meanwhile and asked again
        }
        // They are read every few seconds: each fault is said once.
        read.files().faults().stream()
                .filter(fault -> !files.faults().contains(fault))
                .forEach(LOG::warn);
        boolean changed = unapplied || !read.files().groups().equals(files.groups());
        files = read.files();
        if (changed) {
            reconcile();
        }
        timers.startSingleTimer(ReadFiles.class, new ReadFiles(), FILES_EVERY);
        return this;
    }

    private void reconcile() {
        unapplied = false;
        TargetSelection selection = new TargetSelection(files.groups(), droppedMax);
        jobs.forEach(job -> selection.add(job, false));
        ownJobs.forEach(job -> selection.add(job, true));
        change(selection.definitions());
        board.dropped(selection.dropped(), selection.droppedCount());
    }

    private void change(Map<String, Definition> wanted) {
        definitions.replace(wanted);
        wantedLabels.clear();
        wanted.values()
                .forEach(definition -> wantedLabels.add(definition.target().labels()));
        running.replaceAll(this::adapted);
        Map<Integer, List<String>> byShard = new TreeMap<>();
        List<String> own = new ArrayList<>();
        wanted.forEach((key, definition) -> {
            if (definition.own()) {
                own.add(key);
            } else {
                byShard.computeIfAbsent(TargetSharding.shardOf(key), shard -> new ArrayList<>())
                        .add(key);
            }
        });
        shards = byShard;
        ownKeys = List.copyOf(own);
        startMissing();
    }

    /** Makes a running target what the configuration says now; returns what it is then. */
    private Running adapted(String key, Running old) {
        Definition now = definitions.find(key).orElse(null);
        if (now == null || now.own() != old.definition.own()) {
            boolean isGone =
                    !stopped && !wantedLabels.contains(old.definition.target().labels());
            old.actor.tell(new TargetActor.Stop(isGone));
            return old;
        }
        if (now.equals(old.definition)) {
            return old;
        }
        old.actor.tell(new TargetActor.Redefine(now));
        return new Running(now, old.actor);
    }

    private Behavior<Command> onStarted(Started started) {
        String key = started.key();
        List<String> ofShard = started.definition().own() ? List.of() : shardWith(key);
        boolean first = noneRuns(ofShard);
        Running known = running.get(key);
        if (known == null || !known.actor.equals(started.actor())) {
            getContext().watchWith(started.actor(), new Ended(key, started.actor()));
        }
        // It looked its definition up a moment ago; a configuration may have come since.
        running.put(key, adapted(key, new Running(started.definition(), started.actor())));
        if (first && !ofShard.isEmpty()) {
            startMissing(ofShard);
        }
        return this;
    }

    /** A target that ends here while it is configured most likely moves: asked for at once it goes on without a gap. */
    private Behavior<Command> onEnded(Ended ended) {
        Running known = running.get(ended.key());
        if (known != null && known.actor.equals(ended.actor())) {
            running.remove(ended.key());
            List<String> ofShard = shardWith(ended.key());
            if (!ofShard.isEmpty() && noneRuns(ofShard)) {
                startMissing(ofShard);
            }
        }
        return this;
    }

    private List<String> shardWith(String key) {
        return shards.getOrDefault(TargetSharding.shardOf(key), List.of());
    }

    private Behavior<Command> onUndefined(Undefined target) {
        if (!stopped && undefined.size() < UNDEFINED_MAX && undefined.add(target.key())) {
            LOG.info(
                    "Target {} belongs to this node but is not in its configuration: it is not scraped until it is",
                    target.key().replace('\n', ' '));
        }
        return this;
    }

    private Behavior<Command> onStartMissing() {
        startMissing();
        return this;
    }

    /** What a dead node scraped is asked for as soon as its shards have new homes, so that detection is most of the gap. */
    private Behavior<Command> onNodeGone() {
        timers.startSingleTimer(NodeGone.class, new StartMissing(), AFTER_A_NODE);
        return this;
    }

    private void startMissing() {
        for (String key : ownKeys) {
            if (!running.containsKey(key)) {
                definitions.find(key).ifPresent(definition -> spawnOwn(key, definition));
            }
        }
        shards.values().forEach(this::startMissing);
    }

    private void startMissing(List<String> ofShard) {
        if (noneRuns(ofShard)) {
            sharding.touch(ofShard.get(0));
            return;
        }
        for (String key : ofShard) {
            if (!running.containsKey(key)) {
                sharding.touch(key);
            }
        }
    }

    private boolean noneRuns(List<String> ofShard) {
        return ofShard.stream().noneMatch(running::containsKey);
    }

    private void spawnOwn(String key, Definition definition) {
        ActorRef<TargetActor.Command> actor = getContext().spawn(host.target(key), "own-target-" + ++children);
        getContext().watchWith(actor, new Ended(key, actor));
        running.put(key, new Running(definition, actor));
    }

    /** From here on the configuration names nothing, so that what other nodes still touch here ends at once. */
    private Behavior<Command> onStop() {
        stopped = true;
        timers.cancelAll();
        shards = Map.of();
        ownKeys = List.of();
        definitions.replace(Map.of());
        running.values().forEach(target -> target.actor.tell(new TargetActor.Stop(false)));
        return this;
    }
}
