package io.pharos.sharding.log;

import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.labels.SeriesId;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one shard on their way into the log, in columns. The arrays are read by other threads and must not change any
 * more. The outcome comes exactly once, on a thread of the log.
 *
 * @param epoch the owner's epoch at admission
 * @param refs the series of each sample, a number that has a meaning in this shard and epoch only
 * @param values of a histogram its mark
 * @param histograms null where all samples are numbers; else a place a sample, null where it is a number
 * @param newSeries what refs mean that this epoch's log has not named since the last checkpoint
 */
public record LogSection(
        int shard,
        long epoch,
        int count,
        int[] refs,
        long[] timestamps,
        double[] values,
        @Nullable EncodedHistogram @Nullable [] histograms,
        Definition[] newSeries,
        Completion completion) {
    /** Samples that are all numbers. */
    public LogSection(
            int shard,
            long epoch,
            int count,
            int[] refs,
            long[] timestamps,
            double[] values,
            Definition[] newSeries,
            Completion completion) {
        this(shard, epoch, count, refs, timestamps, values, null, newSeries, completion);
    }

    /**
     * The meaning of a ref.
     *
     * @param labels canonical bytes, or null when the catalogue already has them for good
     */
    public record Definition(int ref, SeriesId id, byte @Nullable [] labels) {}

    /** Receives the outcome. */
    @FunctionalInterface
    public interface Completion {
        /** Called once; must be quick. */
        void completed(Outcome outcome);
    }

    /** What became of a section. */
    public enum Outcome {
        /** Durable, and no fence was there afterwards: may be acknowledged. */
        ACKNOWLEDGED,
        /** Not known to be durable by the deadline, or refused since too much waits. */
        FAILED,
        /** Another owner has this shard: stop owning it. */
        FENCED
    }

    /** An estimate of the bytes this takes in a row before compression. */
    int bytes() {
        int bytes = 16 + 12 * count + EncodedHistogram.bytes(histograms, 0, count);
        for (Definition definition : newSeries) {
            byte[] labels = definition.labels;
            bytes += 20 + (labels == null ? 0 : labels.length);
        }
        return bytes;
    }
}
