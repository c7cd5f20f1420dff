package io.pharos.clusternode.node;

import io.pharos.alerting.AlertingRuntime;
import io.pharos.alerting.view.GroupTimes;
import io.pharos.clusternode.cluster.Membership;
import io.pharos.clusternode.configuration.ConfigurationControl;
import io.pharos.clusternode.configuration.ConfigurationState;
import io.pharos.clusternode.program.Version;
import io.pharos.collection.ScrapeRuntime;
import io.pharos.httpapi.admin.Readiness;
import io.pharos.httpapi.status.ClusterStatus;
import io.pharos.httpapi.status.NodeReport;
import io.pharos.sharding.ShardingRuntime;
import io.pharos.sharding.ShardingStatus;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How this node is, asked of its parts: its part of the picture that {@code status} makes of the cluster. Thread-safe. */
final class NodeStatus {
    /** Retries of a bad day are past by then, and samples as they came are kept longer. */
    private static final Duration ROLL_UP_LAG_MAX = Duration.ofHours(24);

    private final NodeSettings settings;
    private final Parts parts;
    private final Instant started;
    private volatile boolean stopping;

    /** What is asked. */
    record Parts(
            ShardingRuntime sharding,
            StorageStatistics statistics,
            ConfigurationControl configuration,
            AlertingRuntime alerting,
            ScrapeRuntime scraping,
            Store store,
            Membership membership) {}

    NodeStatus(NodeSettings settings, Parts parts, Instant started) {
        this.settings = settings;
        this.parts = parts;
        this.started = started;
    }

    /** From now on not ready: load balancers look elsewhere while requests under way end. */
    void stopping() {
        stopping = true;
    }

    Readiness readiness() {
        if (stopping) {
            return Readiness.notYet("the node is stopping");
        }
        ShardingStatus status = parts.sharding().status();
        long missing = status.shards().size() - status.openShards();
        if (status.shards().isEmpty()) {
            return Readiness.notYet("the shards are not placed yet");
        }
        return missing == 0
                ? Readiness.READY
                : Readiness.notYet(missing + " of " + status.shards().size() + " shards do not answer yet");
    }

    /** Seals and checkpoints all, then has the store write its memory to files, so that the bytes by table are those of all samples. */
    CompletionStage<Void> checkpoint() {
        return parts.sharding()
                .checkpoint()
                .thenCompose(done -> parts.statistics().flush());
    }

    /** Where this node believes each shard to be. */
    List<String> shardOwners() {
        return parts.sharding().status().shards().stream()
                .map(ShardingStatus.ShardStatus::owner)
                .toList();
    }

    NodeReport report() {
        ShardingStatus status = parts.sharding().status();
        Runtime machine = Runtime.getRuntime();
        return new NodeReport(
                Version.number(),
                "http://" + settings.host() + ":" + settings.port(),
                started,
                status.samplesPerSecond(),
                status.samplesReceived(),
                new NodeReport.Log(
                        status.logAnswering(),
                        status.logLag(),
                        status.logPendingBytes(),
                        status.logSegments(),
                        status.logBytes()),
                parts.store().report(),
                !parts.alerting().isJournalAway(),
                new NodeReport.Memory(
                        machine.totalMemory() - machine.freeMemory(),
                        machine.maxMemory(),
                        status.hotBytes(),
                        status.hotBytesMax(),
                        status.unloggedBytes(),
                        status.pendingBytes(),
                        status.hotRatio()),
                refusals(status),
                parts.alerting().notifications().undelivered(),
                ruleGroups(parts.alerting().groupTimes()),
                status.shards().stream()
                        .filter(shard -> shard.isHere())
                        .map(NodeStatus::shard)
                        .toList(),
                failing(status),
                rollUps());
    }

    private List<NodeReport.RollUp> rollUps() {
        Map<Long, Duration> lags = parts.sharding().rollUpLags();
        List<NodeReport.RollUp> rollUps = new ArrayList<>();
        new TreeMap<>(parts.sharding().rolledUntil())
                .forEach((resolution, until) -> rollUps.add(new NodeReport.RollUp(
                        RollupTier.text(resolution),
                        Instant.ofEpochMilli(until),
                        lags.getOrDefault(resolution, Duration.ZERO))));
        return rollUps;
    }

    private static Map<String, Long> refusals(ShardingStatus status) {
        Map<String, Long> refusals = new TreeMap<>();
        status.refusals().forEach((reason, count) -> {
            if (count > 0) {
                refusals.put(reason.name().toLowerCase(Locale.ROOT), count);
            }
        });
        return refusals;
    }

    private static NodeReport.RuleGroups ruleGroups(GroupTimes times) {
        GroupTimes.Last oldest = times.oldest();
        NodeReport.@Nullable Evaluation evaluation =
                oldest == null ? null : new NodeReport.Evaluation(oldest.group(), oldest.at(), oldest.interval());
        return new NodeReport.RuleGroups(times.running(), evaluation);
    }

    private static NodeReport.Shard shard(ShardingStatus.ShardStatus shard) {
        ClusterStatus.State state = switch (shard.state()) {
            case "open" -> ClusterStatus.State.RUNNING;
            case "handing over" -> ClusterStatus.State.HANDING_OVER;
            default -> ClusterStatus.State.RECOVERING;
        };
        return new NodeReport.Shard(
                shard.shard(),
                state,
                shard.since(),
                shard.epoch(),
                shard.series(),
                shard.samples(),
                shard.samplesPerSecond());
    }

    private List<String> failing(ShardingStatus status) {
        List<String> failing = new ArrayList<>();
        if (!parts.store().fault().isEmpty()) {
            failing.add(parts.store().fault());
        }
        if (!parts.membership().strangers().isEmpty()) {
            failing.add("nodes run over this keyspace in another cluster: "
                    + parts.membership().strangers());
        }
        if (!status.logAnswering()) {
            failing.add("the log does not answer: writes wait or are refused with 503");
        }
        if (parts.alerting().isJournalAway()) {
            failing.add("the journal does not answer: notifications go out and are recorded later");
        }
        ConfigurationState state = parts.configuration().state();
        if (!state.isGood()) {
            failing.add("the configuration was not reloaded: " + state.fault());
        }
        if (!state.drift().isEmpty()) {
            failing.add(state.drift());
        }
        parts.sharding().rollUpLags().forEach((resolution, lag) -> {
            if (lag.compareTo(ROLL_UP_LAG_MAX) > 0) {
                failing.add("the " + RollupTier.text(resolution) + " roll-up is " + lag.toHours()
                        + " h behind: queries will lack what it is made of when that goes");
            }
        });
        int undelivered = parts.alerting().notifications().undelivered();
        if (undelivered > 0) {
            failing.add(undelivered + " notifications wait to be delivered");
        }
        return failing;
    }
}
