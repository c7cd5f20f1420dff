package io.pharos.clusternode.node;

import io.pharos.clusternode.status.GatheredStatus;
import io.pharos.httpapi.admin.Draining;
import io.pharos.httpapi.status.ClusterStatus;
import io.pharos.sharding.ShardingRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Drains any node of the cluster, asked at any node, and tells what moves with its size. Thread-safe. */
final class NodeDraining implements Draining {
    private static final int CLUSTER_PORT_ABOVE = 8000;

    private final io.pharos.sharding.placement.Draining draining;
    private final ShardingRuntime sharding;
    private final GatheredStatus status;

    NodeDraining(io.pharos.sharding.placement.Draining draining, ShardingRuntime sharding, GatheredStatus status) {
        this.draining = draining;
        this.sharding = sharding;
        this.status = status;
    }

    @Override
    public CompletionStage<Plan> apply(String node, Wish wish) {
        String member = member(node);
        return switch (wish) {
            case DRY_RUN -> plan(member);
            case DRAIN -> draining.drain(member).thenCompose(told -> plan(member));
            case UNDO -> draining.undo(member).thenApply(told -> new Plan(member, List.of()));
        };
    }

    /** People know a node by its HTTP address, nodes each other by that of the cluster. */
    private String member(String node) {
        Set<String> members = draining.members();
        int colon = node.lastIndexOf(':');
        if (members.contains(node) || colon < 0 || !node.substring(colon + 1).matches("[0-9]{1,5}")) {
            return node;
        }
        String http = node.substring(0, colon).equals("localhost") ? "127.0.0.1" : node.substring(0, colon);
        String byHttp = http + ":" + (Integer.parseInt(node.substring(colon + 1)) + CLUSTER_PORT_ABOVE);
        return members.contains(byHttp) ? byHttp : node;
    }

    private CompletionStage<Plan> plan(String member) {
        return draining.plan(member)
                .thenCombine(status.cluster(), (moves, cluster) -> sized(moves, series(cluster)))
                .thenCompose(sized -> sized)
                .thenApply(moves -> new Plan(member, moves));
    }

    private static Map<Integer, Long> series(ClusterStatus cluster) {
        Map<Integer, Long> series = new HashMap<>();
        cluster.shards().forEach(shard -> series.put(shard.id(), shard.series()));
        return series;
    }

    private CompletionStage<List<Move>> sized(
            List<io.pharos.sharding.placement.Draining.Move> moves, Map<Integer, Long> series) {
        CompletionStage<List<Move>> all = CompletableFuture.completedStage(new ArrayList<>());
        for (io.pharos.sharding.placement.Draining.Move move : moves) {
            boolean ofSeries = move.type().equals(ShardingRuntime.entityType());
            // One after the other: it is a look, and must not be a load.
            all = all.thenCompose(list -> (ofSeries
                            ? sharding.headBytes(move.shard())
                            : CompletableFuture.completedStage(0L))
                    .thenApply(bytes -> {
                        list.add(new Move(
                                kind(move.type()),
                                move.shard(),
                                move.to(),
                                move.entities(),
                                ofSeries ? series.getOrDefault(move.shard(), 0L) : 0,
                                bytes));
                        return list;
                    }));
        }
        return all;
    }

    private static String kind(String type) {
        return switch (type) {
            case "series-shard" -> "series";
            case "pharos-scrape-target" -> "targets";
            case "pharos-rule-group" -> "rule groups";
            default -> type.replace("pharos-", "").replace('-', ' ') + "s";
        };
    }
}
