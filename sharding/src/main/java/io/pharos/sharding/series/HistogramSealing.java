package io.pharos.sharding.series;

import io.pharos.timeseries.chunk.HistogramChunk;
import io.pharos.timeseries.chunk.HistogramHead;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import java.util.List;

/** Makes sealed chunks of histograms: one for each UTC day, more where they are large. */
final class HistogramSealing {
    /** A chunk is closed once it has so many bytes: a row of the store stays small, and so does what a reader decodes. */
    static final int CHUNK_BYTES_MAX = 32 << 10;

    private static final long DAY_MILLIS = 86_400_000L;

    private HistogramSealing() {}

    /** Adds the chunks of some histograms in the order of time. */
    static void encode(SampleIterator samples, SeriesMemory.Sealer sealer, List<HotChunk> chunks) {
        HistogramHead open = null;
        while (samples.next()) {
            long time = samples.timestampMillis();
            Histogram histogram = samples.histogram();
            if (histogram == null) {
                continue;
            }
            if (open != null && isFull(open, time)) {
                chunks.add(sealed(open, sealer));
                open = null;
            }
            open = open == null ? new HistogramHead() : open;
            open.append(time, histogram);
        }
        if (open != null) {
            chunks.add(sealed(open, sealer));
        }
    }

    private static boolean isFull(HistogramHead open, long time) {
        return Math.floorDiv(time, DAY_MILLIS) != Math.floorDiv(open.firstTimestampMillis(), DAY_MILLIS)
                || open.sizeBytes() >= CHUNK_BYTES_MAX
                || open.count() >= HistogramChunk.SAMPLES_MAX;
    }

    private static HotChunk sealed(HistogramHead open, SeriesMemory.Sealer sealer) {
        return new HotChunk(
                open.toBytes(),
                open.firstTimestampMillis(),
                open.lastTimestampMillis(),
                sealer.epoch(),
                sealer.nextSequence());
    }
}
