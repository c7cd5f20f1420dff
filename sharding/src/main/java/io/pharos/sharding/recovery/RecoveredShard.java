package io.pharos.sharding.recovery;

import io.pharos.sharding.series.HotChunk;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A shard as its new owner holds it: acquired at an epoch, with everything acknowledged under older ones.
 *
 * @param record the shard's record at the owner's epoch
 * @param active refs of the series that had heads or samples in the log
 * @param unflushed sealed chunks that no chunk row has yet
 * @param replayedSamples samples taken from logs
 */
public record RecoveredShard(
        ShardRecord record,
        SeriesTable table,
        CatalogueBook book,
        List<SeriesSlot> active,
        Unflushed unflushed,
        long replayedSamples) {
    /** The checkpoint under the record, older than anything this owner will write. */
    public Optional<CheckpointId> checkpoint() {
        return record.checkpoint();
    }

    /** The epoch. */
    public long epoch() {
        return record.epoch();
    }

    /** Numbers chunks and gathers those sealed while recovering. */
    public static final class Unflushed implements SeriesMemory.Sealer {
        /** A chunk that waits for its row. */
        public record Waiting(SeriesSlot slot, HotChunk chunk) {}

        private final List<Waiting> waiting = new ArrayList<>();
        private final long epoch;
        private int sequence;

        /** Of the epoch in which the shard is recovered. */
        public Unflushed(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public int nextSequence() {
            return ++sequence;
        }

        @Override
        public void sealed(SeriesSlot slot, HotChunk chunk) {
            waiting.add(new Waiting(slot, chunk));
        }

        @Override
        public void evicted(int bytes) {}

        @Override
        public void loaded(int bytes) {}

        @Override
        public void failed(SeriesSlot slot, RuntimeException cause) {
            throw cause;
        }

        /** The chunks, in the order of their numbers. */
        public List<Waiting> waiting() {
            return waiting;
        }

        /** The highest number given. */
        public int lastSequence() {
            return sequence;
        }
    }
}
