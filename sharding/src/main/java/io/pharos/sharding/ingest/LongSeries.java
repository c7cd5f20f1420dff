package io.pharos.sharding.ingest;

import io.pharos.timeseries.sample.SampleBatch;

/** Cuts a series with more samples than a message may carry into several entries of the same labels. Pure. */
final class LongSeries {
    /** A sample takes about so many bytes in a message; a histogram counts as one sample more for each of them. */
    private static final int BYTES_A_SAMPLE = 22;

    private LongSeries() {}

    /** How many samples the ones between two places (the end is exclusive) count as. */
    static int weight(SampleBatch batch, int from, int to) {
        return batch.histograms() == null
                ? to - from
                : to - from + (batch.histogramBytes(from, to) + BYTES_A_SAMPLE - 1) / BYTES_A_SAMPLE;
    }

    /** The same batch, or one whose entries count as no more than allowed or have one sample. */
    static SampleBatch split(SampleBatch batch, int weightMax) {
        int[] from = batch.sampleFrom();
        int entries = 0;
        boolean numbers = batch.histograms() == null;
        for (int series = 0; series < batch.seriesCount(); series++) {
            int at = from[series];
            if (numbers && from[series + 1] - at <= weightMax) {
                entries++;
                continue;
            }
            do {
                at = end(batch, at, from[series + 1], weightMax);
                entries++;
            } while (at < from[series + 1]);
        }
        if (entries == batch.seriesCount()) {
            return batch;
        }
        int[] labelFrom = new int[entries];
        int[] labelTo = new int[entries];
        int[] sampleFrom = new int[entries + 1];
        int entry = 0;
        for (int series = 0; series < batch.seriesCount(); series++) {
            int at = from[series];
            do {
                labelFrom[entry] = batch.labelFrom()[series];
                labelTo[entry] = batch.labelTo()[series];
                sampleFrom[entry++] = at;
                at = end(batch, at, from[series + 1], weightMax);
            } while (at < from[series + 1]);
        }
        sampleFrom[entries] = batch.sampleCount();
        return new SampleBatch(
                batch.encoding(),
                entries,
                batch.labelBytes(),
                labelFrom,
                labelTo,
                sampleFrom,
                batch.timestamps(),
                batch.values(),
                batch.histograms());
    }

    private static int end(SampleBatch batch, int from, int to, int weightMax) {
        if (batch.histograms() == null) {
            return Math.min(to, from + weightMax);
        }
        int at = Math.min(to, from + 1);
        int weight = weight(batch, from, at);
        while (at < to) {
            weight += weight(batch, at, at + 1);
            if (weight > weightMax) {
                break;
            }
            at++;
        }
        return at;
    }
}
