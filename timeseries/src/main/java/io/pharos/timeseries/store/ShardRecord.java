package io.pharos.timeseries.store;

import java.util.Map;
import java.util.Optional;

/**
 * Who owns a shard and what must be read to take it over.
 *
 * @param epoch raised by each acquisition, from 1; 0 is a shard nobody ever owned
 * @param owner the owner, or none after a hand-over
 * @param checkpoint the checkpoint whose heads count, or none yet
 * @param sources the incarnations whose logs matter, each from its first position that still does
 */
public record ShardRecord(
        int shard,
        long epoch,
        Optional<Incarnation> owner,
        Optional<CheckpointId> checkpoint,
        Map<Incarnation, LogPosition> sources) {
    /** The record of a shard nobody ever owned. */
    public static ShardRecord unowned(int shard) {
        return new ShardRecord(shard, 0, Optional.empty(), Optional.empty(), Map.of());
    }
}
