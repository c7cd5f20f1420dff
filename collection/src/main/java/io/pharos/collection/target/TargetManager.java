package io.pharos.collection.target;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.pharos.collection.ScrapeJob;
import io.pharos.collection.ScrapeJob.FileDiscovery;
import io.pharos.collection.ScrapeJob.TargetGroup;
import io.pharos.collection.TargetFiles;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps exactly one actor for each target that the configuration names now; the only one who starts and stops them. */
public final class TargetManager extends AbstractBehavior<TargetManager.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(TargetManager.class);

    /** Files are looked at this often at least, so that a change counts soon. */
    private static final Duration FILES_EVERY = Duration.ofSeconds(5);

    /** What the manager is told. */
    public sealed interface Command {}

    /** Scrape what these jobs say, from now on. */
    public record Apply(List<ScrapeJob> jobs) implements Command {}

    /** Scrape no more; series do not end, since this node or another goes on with them. */
    public record Stop() implements Command {}

    private record ReadFiles() implements Command {}

    private record FilesRead(List<ScrapeJob> jobs, Map<FileDiscovery, List<TargetGroup>> groups) implements Command {}

    private record Running(ScrapeTarget target, ActorRef<TargetActor.Command> actor, long incarnation) {}

    private final TargetActor.Deps deps;
    private final TargetBoard board;
    private final TimerScheduler<Command> timers;
    private final Executor blocking;
    private final Map<String, Running> running = new HashMap<>();
    private List<ScrapeJob> jobs = List.of();
    private Map<FileDiscovery, List<TargetGroup>> fileGroups = Map.of();
    private boolean unapplied;
    private long incarnations;

    static Behavior<Command> create(TargetActor.Deps deps, TargetBoard board) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new TargetManager(context, timers, deps, board)));
    }

    private TargetManager(
            ActorContext<Command> context, TimerScheduler<Command> timers, TargetActor.Deps deps, TargetBoard board) {
        super(context);
        this.deps = deps;
        this.board = board;
        this.timers = timers;
        blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Apply.class, this::onApply)
                .onMessage(Stop.class, m -> Behaviors.stopped())
                .onMessage(ReadFiles.class, m -> onReadFiles())
                .onMessage(FilesRead.class, this::onFilesRead)
                .build();
    }

    private Behavior<Command> onApply(Apply apply) {
        jobs = apply.jobs();
        unapplied = true;
        timers.cancelAll();
        if (jobs.stream().anyMatch(job -> !job.files().isEmpty())) {
            return onReadFiles();
        }
        reconcile();
        return this;
    }

    private Behavior<Command> onReadFiles() {
        List<ScrapeJob> asked = jobs;
        Map<FileDiscovery, List<TargetGroup>> known = fileGroups;
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> TargetFiles.readAll(asked, known), blocking),
                        (groups, failure) -> new FilesRead(asked, failure == null ? groups : known));
        return this;
    }

    private Behavior<Command> onFilesRead(FilesRead read) {
        if (read.jobs() != jobs) {
            return this; // another configuration came meanwhile and asked again
        }
        if (unapplied || !read.groups().equals(fileGroups)) {
            fileGroups = read.groups();
            reconcile();
        }
        timers.startSingleTimer(new ReadFiles(), FILES_EVERY);
        return this;
    }

    private void reconcile() {
        unapplied = false;
        Map<String, ScrapeTarget> wanted = new LinkedHashMap<>();
        Map<String, String> errors = new HashMap<>();
        List<TargetStatus.Dropped> dropped = new ArrayList<>();
        int droppedCount = 0;
        for (ScrapeJob job : jobs) {
            List<TargetGroup> groups = new ArrayList<>(job.staticGroups());
            job.files().forEach(files -> groups.addAll(fileGroups.getOrDefault(files, List.of())));
            Map<String, ScrapeTarget> ofJob = new LinkedHashMap<>();
            for (TargetGroup group : groups) {
                for (String address : group.targets()) {
                    Labels discovered = TargetResolver.discovered(job, group.labels(), address);
                    Optional<ScrapeTarget> target = resolve(job, discovered);
                    if (target.isPresent()) {
                        ofJob.putIfAbsent(target.get().key(), target.get());
                    } else if (droppedCount++ < deps.settings().droppedTargetsMax()) {
                        dropped.add(new TargetStatus.Dropped(discovered, job.name()));
                    }
                }
            }
            int limit = job.limits().targets();
            if (limit > 0 && ofJob.size() > limit) {
                ofJob.keySet().forEach(key -> errors.put(key, "the target_limit of " + limit + " is exceeded"));
            }
            wanted.putAll(ofJob);
        }
        change(wanted, errors);
        board.dropped(List.copyOf(dropped), droppedCount);
    }

    private static Optional<ScrapeTarget> resolve(ScrapeJob job, Labels discovered) {
        try {
            return TargetResolver.resolve(job, discovered);
        } catch (IllegalArgumentException e) {
            LOG.warn("Target {} of job {} is left out: {}", discovered, job.name(), e.getMessage());
            return Optional.empty();
        }
    }

    private void change(Map<String, ScrapeTarget> wanted, Map<String, String> errors) {
        Set<Labels> goesOn = new HashSet<>();
        wanted.values().forEach(target -> goesOn.add(target.labels()));
        running.entrySet().removeIf(entry -> {
            Running old = entry.getValue();
            if (old.target.equals(wanted.get(entry.getKey())) && !errors.containsKey(entry.getKey())) {
                return false;
            }
            old.actor.tell(new TargetActor.Stop(!goesOn.contains(old.target.labels())));
            board.remove(entry.getKey());
            return true;
        });
        wanted.forEach((key, target) -> {
            if (!running.containsKey(key)) {
                long incarnation = ++incarnations;
                board.add(key, TargetActor.unscraped(target), incarnation);
                ActorRef<TargetActor.Command> actor = getContext()
                        .spawn(
                                Behaviors.supervise(TargetActor.create(
                                                target,
                                                Optional.ofNullable(errors.get(key)),
                                                deps,
                                                status -> board.update(key, status, incarnation)))
                                        .onFailure(akka.actor.typed.SupervisorStrategy.restartWithBackoff(
                                                Duration.ofSeconds(1), Duration.ofMinutes(1), 0.2)),
                                "target-" + incarnation);
                running.put(key, new Running(target, actor, incarnation));
            }
        });
    }
}
