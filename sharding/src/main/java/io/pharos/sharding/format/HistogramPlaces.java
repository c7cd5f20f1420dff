package io.pharos.sharding.format;

import io.pharos.timeseries.histogram.EncodedHistogram;
import org.jspecify.annotations.Nullable;

/** Which samples of a column are histograms, and their bytes: written after the column of values, where they have a mark. */
public final class HistogramPlaces {
    private HistogramPlaces() {}

    /** Writes how many of the first places hold one, and each with its distance to the one before. */
    public static void write(ByteWriter out, @Nullable EncodedHistogram[] histograms, int count) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += histograms[i] == null ? 0 : 1;
        }
        out.writeVarint(found);
        int next = 0;
        for (int i = 0; i < count; i++) {
            EncodedHistogram histogram = histograms[i];
            if (histogram != null) {
                out.writeVarint(i - next);
                out.writeBlock(histogram.bytes());
                next = i + 1;
            }
        }
    }

    /** Reads the histograms of a column of so many samples; null where there are none. */
    public static @Nullable EncodedHistogram @Nullable [] read(ByteReader in, int count) {
        int found = in.readCount(count);
        if (found == 0) {
            return null;
        }
        @Nullable EncodedHistogram[] histograms = new EncodedHistogram[count];
        int next = 0;
        for (int i = 0; i < found; i++) {
            next += in.readCount(count - next - 1);
            histograms[next++] = read(in);
        }
        return histograms;
    }

    /** Reads one histogram. */
    public static EncodedHistogram read(ByteReader in) {
        try {
            return EncodedHistogram.of(in.readBlock());
        } catch (IllegalArgumentException wrong) {
            throw new CorruptBlobException("no histogram before " + in.position() + ": " + wrong.getMessage());
        }
    }
}
