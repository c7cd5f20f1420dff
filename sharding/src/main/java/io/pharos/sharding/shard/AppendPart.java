package io.pharos.sharding.shard;

import io.pharos.timeseries.histogram.EncodedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * A part of one or more batches for one shard, in plain columns: first the series the shard knows by ref, then new ones by their
 * labels. Read-only once sent.
 *
 * @param part the router's number of this part; comes back in the reply
 * @param epoch in which the refs have a meaning; 0 where there is none
 * @param refs the known series
 * @param newCount how many new series follow them
 * @param newLabels canonical labels of the new series, one after the other
 * @param newLabelEnds end of each new series' labels, exclusive
 * @param values of a histogram its mark
 * @param histograms null where all samples are numbers; else a place a sample, null where it is a number
 * @param ends end of each series' samples (known ones first), exclusive; null where each has exactly one
 */
public record AppendPart(
        int shard,
        long part,
        long epoch,
        int[] refs,
        int newCount,
        byte[] newLabels,
        int[] newLabelEnds,
        int @Nullable [] ends,
        long[] timestamps,
        double[] values,
        @Nullable EncodedHistogram @Nullable [] histograms) {
    /** No new series. */
    public static final int[] NO_INTS = {};

    /** No labels. */
    public static final byte[] NO_BYTES = {};

    /** Samples that are all numbers. */
    public AppendPart(
            int shard,
            long part,
            long epoch,
            int[] refs,
            int newCount,
            byte[] newLabels,
            int[] newLabelEnds,
            int @Nullable [] ends,
            long[] timestamps,
            double[] values) {
        this(shard, part, epoch, refs, newCount, newLabels, newLabelEnds, ends, timestamps, values, null);
    }

    /** An upper bound of what it takes between nodes. */
    public int bytesMax() {
        int series = refs.length + newCount;
        return 128
                + 5 * series
                + 5 * newCount
                + newLabels.length
                + (ends == null ? 0 : 5 * series)
                + 19 * timestamps.length
                + (histograms == null
                        ? 0
                        : 5 + 8 * timestamps.length + EncodedHistogram.bytes(histograms, 0, timestamps.length));
    }

    /** What its samples take in memory until the log has them. */
    public long sampleBytes() {
        return 16L * timestamps.length + EncodedHistogram.memoryBytes(histograms, 0, timestamps.length);
    }

    /** End of the samples of a series, exclusive. */
    public int end(int series) {
        return ends == null ? series + 1 : ends[series];
    }
}
