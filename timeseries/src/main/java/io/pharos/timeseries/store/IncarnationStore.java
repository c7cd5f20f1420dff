package io.pharos.timeseries.store;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Which incarnations are alive, and the fences against them. Quorum reads and writes; failures are {@link StoreUnavailableException}. */
public interface IncarnationStore {
    /** Marks a fresh incarnation alive; durable when complete, before it writes anything else. */
    CompletionStage<Void> register(Incarnation incarnation);

    /** From now on the incarnation must not acknowledge samples of the shard at an epoch below this one. Idempotent. */
    CompletionStage<Void> fence(Incarnation incarnation, int shard, long epoch);

    /** Reads an incarnation's partition: one small read that sees every fence completed before it began. */
    CompletionStage<Fences> read(Incarnation incarnation);

    /** All incarnations that are registered or have fences. */
    CompletionStage<Set<Incarnation>> list();

    /** Deletes an incarnation whole: its alive mark first of all, so that it can never acknowledge again. */
    CompletionStage<Void> delete(Incarnation incarnation);

    /**
     * What an incarnation must obey.
     *
     * @param alive false once it was declared dead and collected: the process must exit
     * @param epochByShard sections of a shard with an epoch below this are not to be acknowledged
     */
    record Fences(boolean alive, Map<Integer, Long> epochByShard) {}
}
