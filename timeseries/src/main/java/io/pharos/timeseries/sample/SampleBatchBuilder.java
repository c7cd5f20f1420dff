package io.pharos.timeseries.sample;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Builds a batch from decoded labels, for senders inside Pharos: scrapes, recording rules, tests. Not thread-safe. */
public final class SampleBatchBuilder {
    private byte[] labelBytes = new byte[1024];
    private int labelEnd;
    private int[] labelFrom = new int[16];
    private int[] labelTo = new int[16];
    private int[] sampleFrom = new int[17];
    private int series;
    private long[] timestamps = new long[16];
    private double[] values = new double[16];
    private @Nullable EncodedHistogram @Nullable [] histograms;
    private int samples;

    /** Starts a series; the samples that follow are its own. */
    public SampleBatchBuilder series(Labels labels) {
        return series(labels.canonicalBytes());
    }

    /** Starts a series whose canonical label bytes are known. */
    public SampleBatchBuilder series(byte[] canonicalLabels) {
        if (series == labelFrom.length) {
            labelFrom = Arrays.copyOf(labelFrom, series * 2);
            labelTo = Arrays.copyOf(labelTo, series * 2);
            sampleFrom = Arrays.copyOf(sampleFrom, series * 2 + 1);
        }
        int end = labelEnd + canonicalLabels.length;
        if (end > labelBytes.length) {
            labelBytes = Arrays.copyOf(labelBytes, Math.max(end, labelBytes.length * 2));
        }
        System.arraycopy(canonicalLabels, 0, labelBytes, labelEnd, canonicalLabels.length);
        labelFrom[series] = labelEnd;
        labelTo[series] = end;
        labelEnd = end;
        sampleFrom[series++] = samples;
        return this;
    }

    /** Adds a sample to the series started last. */
    public SampleBatchBuilder sample(long timestampMillis, double value) {
        if (series == 0) {
            throw new IllegalStateException("a sample before any series");
        }
        if (samples == timestamps.length) {
            timestamps = Arrays.copyOf(timestamps, samples * 2);
            values = Arrays.copyOf(values, samples * 2);
            if (histograms != null) {
                histograms = Arrays.copyOf(histograms, samples * 2);
            }
        }
        timestamps[samples] = timestampMillis;
        values[samples++] = value;
        return this;
    }

    /**
     * Adds a histogram to the series started last; one whose sum is a stale marker is a stale marker. A hint
     * "not reset" is forgotten.
     *
     * @throws IllegalArgumentException when it is too large to be stored
     */
    public SampleBatchBuilder histogram(long timestampMillis, Histogram histogram) {
        if (StaleMarker.is(histogram.sum())) {
            return sample(timestampMillis, StaleMarker.VALUE);
        }
        // What is not reset against some other sample says nothing about the one before it here; that is compared anew.
        boolean compared = histogram.hint() == CounterResetHint.NOT_RESET;
        EncodedHistogram encoded =
                EncodedHistogram.of(compared ? histogram.withHint(CounterResetHint.UNKNOWN) : histogram);
        sample(timestampMillis, encoded.mark());
        if (histograms == null) {
            histograms = new EncodedHistogram[timestamps.length];
        }
        histograms[samples - 1] = encoded;
        return this;
    }

    /** A series with one sample. */
    public SampleBatchBuilder add(Labels labels, long timestampMillis, double value) {
        return series(labels).sample(timestampMillis, value);
    }

    /** The number of samples so far. */
    public int sampleCount() {
        return samples;
    }

    /** The batch; the builder must not be used afterwards. */
    public SampleBatch build() {
        sampleFrom[series] = samples;
        return new SampleBatch(
                LabelEncoding.CANONICAL,
                series,
                labelBytes,
                labelFrom,
                labelTo,
                sampleFrom,
                timestamps,
                values,
                histograms);
    }
}
