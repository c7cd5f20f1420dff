package io.pharos.sharding;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.sharding.shard.ShardRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One checkpoint of every shard of this node, at the same time. */
final class CheckpointRound {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private CheckpointRound() {}

    /** Completes when all of them are done; fails naming the shards that could not. */
    static CompletionStage<Void> run(
            List<ShardRegistry.State> shards,
            ActorRef<ShardingEnvelope<SeriesShard.Command>> region,
            Scheduler scheduler) {
        List<CompletableFuture<SeriesShard.CheckpointReply>> replying = new ArrayList<>();
        for (ShardRegistry.State state : shards) {
            replying.add(AskPattern.<ShardingEnvelope<SeriesShard.Command>, SeriesShard.CheckpointReply>ask(
                            region,
                            replyTo -> new ShardingEnvelope<>(
                                    Integer.toString(state.shard()), new SeriesShard.CheckpointNow(replyTo)),
                            TIMEOUT,
                            scheduler)
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(replying.toArray(CompletableFuture[]::new))
                .thenAccept(done -> {
                    String failed = failures(replying);
                    if (!failed.isEmpty()) {
                        throw new IllegalStateException("not every shard could be checkpointed: " + failed);
                    }
                });
    }

    private static String failures(List<CompletableFuture<SeriesShard.CheckpointReply>> replied) {
        StringBuilder failed = new StringBuilder();
        for (CompletableFuture<SeriesShard.CheckpointReply> reply : replied) {
            SeriesShard.CheckpointReply answer = reply.join();
            if (!answer.done()) {
                failed.append(failed.isEmpty() ? "" : "; ")
                        .append("shard ")
                        .append(answer.shard())
                        .append(": ")
                        .append(answer.detail());
            }
        }
        return failed.toString();
    }
}
