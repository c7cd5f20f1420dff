package io.pharos.timeseries.sample;

import io.pharos.timeseries.labels.Labels;

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
 */
public record SampleBatch(
        LabelEncoding encoding,
        int seriesCount,
        byte[] labelBytes,
        int[] labelFrom,
        int[] labelTo,
        int[] sampleFrom,
        long[] timestamps,
        double[] values) {

    /** The number of samples. */
    public int sampleCount() {
        return sampleFrom[seriesCount];
    }

    /** Decodes the labels of one series: the slow way, for errors and tests. */
    public Labels labels(int series) {
        return encoding.decode(labelBytes, labelFrom[series], labelTo[series]);
    }
}
