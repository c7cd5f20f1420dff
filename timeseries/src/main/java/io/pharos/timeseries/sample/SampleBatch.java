package io.pharos.timeseries.sample;

import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.labels.Labels;
import org.jspecify.annotations.Nullable;

/**
 * Samples of many series in columns: the samples of a series lie together, in the order they were sent. The label bytes are
 * left as they came; see {@link LabelEncoding}. A batch is read-only once handed over: the sink keeps the arrays.
 *
 * @param encoding how {@code labelBytes} are written
 * @param labelBytes label bytes of all series, one buffer (often the request's own body)
 * @param labelFrom first label byte of each series
 * @param labelTo end of each series' label bytes, exclusive
 * @param sampleFrom first sample of each series, and one more entry: the number of samples
 * @param timestamps milliseconds since 1970
 * @param values of a histogram its {@link EncodedHistogram#mark mark}
 * @param histograms null where all samples are numbers; else at least one place a sample, null where it is a number
 */
public record SampleBatch(
        LabelEncoding encoding,
        int seriesCount,
        byte[] labelBytes,
        int[] labelFrom,
        int[] labelTo,
        int[] sampleFrom,
        long[] timestamps,
        double[] values,
        @Nullable EncodedHistogram @Nullable [] histograms) {

    /** Samples that are all numbers. */
    public SampleBatch(
            LabelEncoding encoding,
            int seriesCount,
            byte[] labelBytes,
            int[] labelFrom,
            int[] labelTo,
            int[] sampleFrom,
            long[] timestamps,
            double[] values) {
        this(encoding, seriesCount, labelBytes, labelFrom, labelTo, sampleFrom, timestamps, values, null);
    }

    /** The number of samples. */
    public int sampleCount() {
        return sampleFrom[seriesCount];
    }

    /** The bytes of the histograms between two samples (the end is exclusive). */
    public int histogramBytes(int from, int to) {
        return EncodedHistogram.bytes(histograms, from, to);
    }

    /** Decodes the labels of one series: the slow way, for errors and tests. */
    public Labels labels(int series) {
        return encoding.decode(labelBytes, labelFrom[series], labelTo[series]);
    }
}
