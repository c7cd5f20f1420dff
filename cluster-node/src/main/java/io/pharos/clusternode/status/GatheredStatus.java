package io.pharos.clusternode.status;

import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import io.pharos.alerting.view.NotificationAttempt;
import io.pharos.alerting.view.NotificationHistory;
import io.pharos.collection.target.ScrapeTargets;
import io.pharos.collection.target.TargetStatus;
import io.pharos.httpapi.status.ClusterStatus;
import io.pharos.httpapi.status.Gathered;
import io.pharos.httpapi.status.NodeReport;
import io.pharos.httpapi.status.StorageStatus;
import io.pharos.timeseries.store.StorageStatistics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What status pages show of the whole cluster, gathered from all its members at each call. Thread-safe; nothing blocks. */
public final class GatheredStatus {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int ATTEMPTS_MAX = 1000;

    /**
     * What one node knows. Every supplier may be called from any thread and must not block.
     *
     * @param shardOwners where this node believes each shard of the cluster to be, by shard; the empty string where it does not know
     * @param ruleGroups the number of rule groups in the configuration
     */
    public record Local(
            Supplier<NodeReport> report,
            Supplier<ScrapeTargets> targets,
            Supplier<NotificationHistory> notifications,
            Supplier<List<String>> shardOwners,
            IntSupplier ruleGroups) {
        private Object answer(Subject subject) {
            return switch (subject) {
                case NODE -> report.get();
                case TARGETS -> TargetReports.of(targets.get().active());
                case NOTIFICATIONS -> notifications.get();
            };
        }
    }

    private final ActorSystem<?> system;
    private final Local local;
    private final StorageStatistics statistics;
    private final ClusterQuestions questions;

    private GatheredStatus(
            ActorSystem<?> system, Local local, StorageStatistics statistics, ClusterQuestions questions) {
        this.system = system;
        this.local = local;
        this.statistics = statistics;
        this.questions = questions;
    }

    /** Makes this node answer others, and able to ask them. Once in an actor system, which must be a member of a cluster. */
    public static GatheredStatus start(
            ActorSystem<?> system, Local local, StorageStatistics statistics, InstantSource clock) {
        return new GatheredStatus(
                system, local, statistics, ClusterQuestions.start(system, local::answer, PATIENCE, clock));
    }

    /** Nodes, shards, load and what does not work; never fails, since a node that does not answer is part of the picture. */
    public CompletionStage<ClusterStatus> cluster() {
        return questions.ask(Subject.NODE, NodeReport.class).thenApply(answers -> {
            List<ClusterQuestions.Answer<NodeReport>> all = new ArrayList<>(answers);
            Set<String> present = new HashSet<>();
            answers.forEach(answer -> present.add(answer.address()));
            questions.<NodeReport>departed().stream()
                    .filter(gone -> !present.contains(gone.address()))
                    .forEach(all::add);
            return ClusterPicture.of(
                    Cluster.get(system).selfMember().address().toString(),
                    all,
                    local.shardOwners().get(),
                    local.ruleGroups().getAsInt());
        });
    }

    /** What all nodes together hold. Fails when the store cannot be asked. */
    public CompletionStage<Gathered<StorageStatus>> storage() {
        return questions
                .ask(Subject.NODE, NodeReport.class)
                .thenCombine(statistics.bytesByTable(), (answers, bytes) -> {
                    List<NodeReport.Shard> shards = values(answers).stream()
                            .flatMap(report -> report.shards().stream())
                            .toList();
                    // A shard in its first epoch has counted every sample there is of it.
                    boolean isSinceFirst =
                            shards.size() == local.shardOwners().get().size()
                                    && shards.stream().allMatch(shard -> shard.epoch() == 1);
                    return new Gathered<>(
                            new StorageStatus(
                                    shards.stream()
                                            .mapToLong(NodeReport.Shard::series)
                                            .sum(),
                                    shards.stream()
                                            .mapToLong(NodeReport.Shard::samples)
                                            .sum(),
                                    isSinceFirst,
                                    bytes,
                                    bytes.getOrDefault("log", 0L)),
                            warnings(answers, "series and samples"));
                });
    }

    /** The targets that any node scrapes; those that relabelling drops are the same on all nodes. */
    public CompletionStage<Gathered<ScrapeTargets>> targets() {
        return questions.ask(Subject.TARGETS, TargetReports.class).thenApply(answers -> {
            List<TargetStatus> active = new ArrayList<>();
            List<String> warnings = new ArrayList<>(warnings(answers, "targets"));
            for (TargetReports reports : values(answers)) {
                reports.targets().forEach(target -> active.add(target.status()));
                if (reports.omitted() > 0) {
                    warnings.add(reports.omitted() + " targets of one node are left out: more than "
                            + TargetReports.TARGETS_MAX + " are not shown");
                }
            }
            active.sort(Comparator.comparing(TargetStatus::scrapePool).thenComparing(TargetStatus::scrapeUrl));
            ScrapeTargets own = local.targets().get();
            return new Gathered<>(new ScrapeTargets(active, own.dropped(), own.droppedCount()), warnings);
        });
    }

    /** What all nodes tried lately to tell receivers, the newest first. */
    public CompletionStage<Gathered<NotificationHistory>> notifications() {
        return questions.ask(Subject.NOTIFICATIONS, NotificationHistory.class).thenApply(answers -> {
            List<NotificationHistory> all = values(answers);
            List<NotificationAttempt> attempts = all.stream()
                    .flatMap(history -> history.attempts().stream())
                    .sorted(Comparator.comparing(NotificationAttempt::at).reversed())
                    .limit(ATTEMPTS_MAX)
                    .toList();
            NotificationHistory sum = new NotificationHistory(
                    attempts,
                    all.stream().mapToInt(NotificationHistory::undelivered).sum(),
                    all.stream().mapToLong(NotificationHistory::delivered).sum(),
                    all.stream().mapToLong(NotificationHistory::failed).sum());
            return new Gathered<>(sum, warnings(answers, "notifications"));
        });
    }

    private static <T> List<T> values(List<ClusterQuestions.Answer<T>> answers) {
        List<T> values = new ArrayList<>();
        for (ClusterQuestions.Answer<T> answer : answers) {
            T value = answer.value();
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static <T> List<String> warnings(List<ClusterQuestions.Answer<T>> answers, String what) {
        return answers.stream()
                .filter(answer -> answer.value() == null)
                .map(answer -> "the " + what + " of " + answer.address() + " are missing: " + answer.detail())
                .toList();
    }
}
