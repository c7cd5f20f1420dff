package io.pharos.httpapi.admin;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Takes the work of a node away or gives it back, as a route asks for it. */
@FunctionalInterface
public interface Draining {
    /** What is wanted. */
    enum Wish {
        /** Only say what would move. */
        DRY_RUN,
        /** Take the work away. */
        DRAIN,
        /** Give work again. */
        UNDO
    }

    /**
     * What is on the node and leaves it.
     *
     * @param node its address in the cluster
     * @param moves by kind and shard; none when nothing is left on it
     */
    record Plan(String node, List<Move> moves) {}

    /**
     * A shard that leaves.
     *
     * @param kind what is in it
     * @param to the node that takes it
     * @param entities what of this kind runs in it
     * @param series for shards of series those it has, else 0
     * @param bytes for shards of series what the next owner reads, as of the last checkpoint, else 0
     */
    record Move(String kind, int shard, String to, int entities, long series, long bytes) {}

    /**
     * Completes with what is to move at that moment. Fails with {@link IllegalArgumentException}, whose message is for the client, where
     * no member has the address or no other could take the work.
     *
     * @param node host:port of the node's HTTP or cluster address
     */
    CompletionStage<Plan> apply(String node, Wish wish);
}
