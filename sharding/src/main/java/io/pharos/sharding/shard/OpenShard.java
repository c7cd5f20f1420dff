package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.series.SeriesTable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A shard this node owns and may read: what query workers look at without a message. Any thread.
 *
 * @param commands the shard's actor
 * @param rolled how far it is rolled up
 */
public record OpenShard(
        int shard, long epoch, SeriesTable table, ActorRef<SeriesShard.Command> commands, RolledDays rolled) {
    /**
     * Seals and makes durable all samples up to a time (with it), which from then on is closed: what comes later marks its day as
     * due again. Completes with true when that is so, with false where the shard is not open or takes too long.
     */
    public CompletionStage<Boolean> close(long untilMillis, Duration patience) {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        commands.tell(new SeriesShard.Close(untilMillis, closed));
        // A shard that ends meanwhile does not answer.
        return closed.completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
