package io.pharos.clusternode.node;

import akka.actor.typed.ActorSystem;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import io.pharos.alerting.AlertingRuntime;
import io.pharos.clusternode.configuration.ConfigurationControl;
import io.pharos.httpapi.admin.Readiness;
import io.pharos.httpapi.status.ClusterStatus;
import io.pharos.httpapi.status.StorageStatus;
import io.pharos.sharding.ShardingRuntime;
import io.pharos.sharding.ShardingStatus;
import io.pharos.timeseries.store.StorageStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;

/** How a node is, gathered from its parts for the status routes. */
final class NodeStatus {
    private final ActorSystem<?> system;
    private final ShardingRuntime sharding;
    private final StorageStatistics statistics;
    private final ConfigurationControl configuration;
    private final AlertingRuntime alerting;
    private final Store store;
    private volatile boolean stopping;

    NodeStatus(
            ActorSystem<?> system,
            ShardingRuntime sharding,
            StorageStatistics statistics,
            ConfigurationControl configuration,
            AlertingRuntime alerting,
            Store store) {
        this.system = system;
        this.sharding = sharding;
        this.statistics = statistics;
        this.configuration = configuration;
        this.alerting = alerting;
        this.store = store;
    }

    /** From now on not ready: load balancers look elsewhere while requests under way end. */
    void stopping() {
        stopping = true;
    }

    Readiness readiness() {
        if (stopping) {
            return Readiness.notYet("the node is stopping");
        }
        ShardingStatus status = sharding.status();
        long missing = status.shards().size() - status.openShards();
        if (status.shards().isEmpty()) {
            return Readiness.notYet("the shards are not placed yet");
        }
        return missing == 0
                ? Readiness.READY
                : Readiness.notYet(missing + " of " + status.shards().size() + " shards do not answer yet");
    }

    CompletionStage<StorageStatus> storage() {
        ShardingStatus status = sharding.status();
        long samples = status.shards().stream()
                .mapToLong(ShardingStatus.ShardStatus::samples)
                .sum();
        // A shard in its first epoch has counted every sample there is of it.
        boolean isSinceFirst = status.shards().stream().allMatch(shard -> shard.epoch() == 1);
        return statistics
                .bytesByTable()
                .thenApply(bytes -> new StorageStatus(
                        status.series(), samples, isSinceFirst, bytes, bytes.getOrDefault("log", 0L)));
    }

    /** Seals and checkpoints all, then has the store write its memory to files, so that the bytes by table are those of all samples. */
    CompletionStage<Void> checkpoint() {
        return sharding.checkpoint().thenCompose(done -> statistics.flush());
    }

    CompletionStage<ClusterStatus> cluster() {
        Cluster cluster = Cluster.get(system);
        List<ClusterStatus.Member> members = StreamSupport.stream(
                        cluster.state().getMembers().spliterator(), false)
                .map(NodeStatus::member)
                .toList();
        ShardingStatus status = sharding.status();
        List<ClusterStatus.Shard> shards =
                status.shards().stream().map(NodeStatus::shard).toList();
        return CompletableFuture.completedFuture(
                new ClusterStatus(cluster.selfMember().address().toString(), members, shards, failing(status)));
    }

    private static ClusterStatus.Member member(Member member) {
        return new ClusterStatus.Member(
                member.address().toString(), member.status().toString(), List.copyOf(member.getRoles()));
    }

    private static ClusterStatus.Shard shard(ShardingStatus.ShardStatus shard) {
        ClusterStatus.State state = switch (shard.state()) {
            case "open" -> ClusterStatus.State.READY;
            case "absent" -> ClusterStatus.State.UNASSIGNED;
            default -> ClusterStatus.State.RECOVERING;
        };
        String detail = state == ClusterStatus.State.READY ? "" : shard.state() + " since " + shard.since();
        return new ClusterStatus.Shard(shard.shard(), shard.owner(), state, shard.epoch(), shard.series(), detail);
    }

    private List<String> failing(ShardingStatus status) {
        List<String> failing = new ArrayList<>();
        if (!store.fault().isEmpty()) {
            failing.add(store.fault());
        }
        if (!status.logAnswering()) {
            failing.add("the log does not answer: writes wait or are refused with 503");
        }
        ConfigurationControl.State state = configuration.state();
        if (!state.isGood()) {
            failing.add("the configuration was not reloaded: " + state.fault());
        }
        int undelivered = alerting.notifications().undelivered();
        if (undelivered > 0) {
            failing.add(undelivered + " notifications wait to be delivered");
        }
        return failing;
    }
}
