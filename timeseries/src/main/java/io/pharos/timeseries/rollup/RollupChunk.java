package io.pharos.timeseries.rollup;

import io.pharos.timeseries.chunk.ByteReader;
import io.pharos.timeseries.chunk.ColumnCodec;
import io.pharos.timeseries.chunk.CorruptChunkException;
import io.pharos.timeseries.chunk.HistogramChunk;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.Scaled;
import io.pharos.timeseries.histogram.Histogram;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row of points of one series as it is stored: immutable, checked, encoded by columns, each in the shortest of the codecs of
 * sealed chunks or told by other columns. Safe for any thread. The drawn layout is docs/format/rollup-chunk.md.
 */
public final class RollupChunk {
    /** The first byte. */
    public static final byte FORMAT = 0x41;

    /** The most points of one row. */
    public static final int POINTS_MAX = 1 << 16;

    private static final String WHAT = "rollup chunk";
    private static final long RESOLUTION_MAX = 1L << 40;
    private static final long TIME_LIMIT = 1L << 56;
    private static final long[] HIDES_NOTHING = {};

    private final byte[] bytes;
    private final long resolutionMillis;
    private final int count;
    private final long first;
    private final long last;
    private final int payload;
    /** Pairs of first and last time of which nothing is shown, ascending and apart. */
    private final long[] hidden;

    private RollupChunk(byte[] bytes, long resolutionMillis, int count, long first, long last, int payload) {
        this(bytes, resolutionMillis, count, first, last, payload, HIDES_NOTHING);
    }

    private RollupChunk(
            byte[] bytes, long resolutionMillis, int count, long first, long last, int payload, long[] hidden) {
        this.bytes = bytes;
        this.resolutionMillis = resolutionMillis;
        this.count = count;
        this.first = first;
        this.last = last;
        this.payload = payload;
        this.hidden = hidden;
    }

    /** Encodes all points; see {@link #encode(RollupPoints, int, int)}. */
    public static byte[] encode(RollupPoints points) {
        return encode(points, 0, points.size());
    }

    /**
     * Encodes points between two indices (the end is exclusive): 0 to {@link #POINTS_MAX} of them. A row of none says that there is
     * nothing.
     *
     * @throws IllegalArgumentException when they are too many
     */
    public static byte[] encode(RollupPoints points, int from, int to) {
        if (from < 0 || to > points.size() || to < from || to - from > POINTS_MAX) {
            throw new IllegalArgumentException(
                    "points " + from + " to " + to + " of " + points.size() + ": not between 0 and " + POINTS_MAX);
        }
        return new RowWriter(points, from, to).row();
    }

    /** Reads a row out of a buffer, whose bytes are copied and whose position stays; see {@link #parse(byte[])}. */
    public static RollupChunk parse(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return parse(bytes);
    }

    /**
     * Checks the row and reads its header; the array is taken over and must not change.
     *
     * @throws CorruptChunkException naming what is wrong
     */
    public static RollupChunk parse(byte[] bytes) {
        ByteReader in = ByteReader.checked(bytes, 0, bytes.length, FORMAT, WHAT);
        long resolution = in.varint();
        if (resolution < 1 || resolution > RESOLUTION_MAX) {
            throw in.corrupt("a resolution of " + resolution + " ms");
        }
        int count = in.count(POINTS_MAX);
        if (count == 0) {
            if (in.position() != bytes.length) {
                throw in.corrupt(bytes.length - in.position() + " bytes too many");
            }
            return new RollupChunk(bytes, resolution, 0, 0, 0, in.position());
        }
        long first = Scaled.unzigzag(in.varint());
        long span = in.varint();
        if (Math.abs(first) > TIME_LIMIT / resolution || span < count - 1 || span > TIME_LIMIT / resolution) {
            throw in.corrupt(count + " points in " + span + " intervals from " + first);
        }
        return new RollupChunk(bytes, resolution, count, first, first + span, in.position());
    }

    /**
     * The same row without the points that stand for any of some stretches of time; its header and bytes stay.
     *
     * @param stretches pairs of first and last time, both inclusive, ascending and apart; not to be changed any more
     */
    public RollupChunk hiding(long[] stretches) {
        return new RollupChunk(bytes, resolutionMillis, count, first, last, payload, stretches);
    }

    /** The interval of a point, in milliseconds. */
    public long resolutionMillis() {
        return resolutionMillis;
    }

    /** The number of points, with those that are hidden. */
    public int count() {
        return count;
    }

    /** The time of the first point; 0 where there is none. */
    public long firstTimestampMillis() {
        return first * resolutionMillis;
    }

    /** The time of the last point; 0 where there is none. */
    public long lastTimestampMillis() {
        return last * resolutionMillis;
    }

    /** Whether any point is one of histograms. */
    public boolean hasHistograms() {
        return count > 0 && payload < bytes.length && (bytes[payload] & RowFlags.HISTOGRAMS) != 0;
    }

    /** The stored form, read-only. */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The number of bytes of the stored form. */
    public int sizeBytes() {
        return bytes.length;
    }

    /**
     * All columns of all points; of a counter's row sums and minima are estimates (docs/format/rollup-chunk.md).
     *
     * @throws CorruptChunkException when the bytes after the header are not what the encoder wrote
     */
    public RollupPoints points() {
        return shown(null);
    }

    /** The points with what one column needs; the others are not to be asked for. See {@link #points()}. */
    RollupPoints points(RollupColumn column) {
        return shown(column);
    }

    private RollupPoints shown(@Nullable RollupColumn column) {
        RollupPoints points = read(column);
        if (hidden.length > 0) {
            points.hide(hidden);
        }
        return points;
    }

    private RollupPoints read(@Nullable RollupColumn column) {
        RollupPoints points = new RollupPoints(resolutionMillis, 0);
        points.size = count;
        if (count == 0) {
            return points;
        }
        ByteReader in = ByteReader.from(WHAT, bytes, payload);
        int flags = in.readByte();
        if ((flags & ~RowFlags.ALL) != 0) {
            throw in.corrupt(String.format("unknown flags 0x%02x", flags));
        }
        boolean counter = (flags & RowFlags.COUNTER) != 0;
        boolean resets = (flags & RowFlags.RESETS) != 0;
        points.before = (flags & RowFlags.BEFORE) != 0 ? ColumnCodec.getDouble(in) : Double.NaN;
        points.beforeAdjacent = (flags & RowFlags.ADJACENT) != 0;
        @Nullable ListedResets listed = resets ? ListedResets.read(in, count, counter) : null;
        points.resets = new int[count];
        points.drops = new double[count];
        points.ends = new byte[count];
        if ((flags & RowFlags.ENDS) != 0) {
            readEnds(in, points.ends);
        }
        byte @Nullable [] histograms = null;
        if ((flags & RowFlags.HISTOGRAMS) != 0) {
            histograms = in.readBytes(in.count(bytes.length - in.position()));
        }
        long[] scratch = new long[count];
        points.times = new long[count];
        ColumnCodec.readAscending(in, first, last, count, points.times);
        for (int i = 0; i < count; i++) {
            points.times[i] *= resolutionMillis;
        }
        if (histograms != null) {
            putHistograms(in, points, histograms);
        }
        points.lasts = new double[count];
        ColumnCodec.readValues(in, count, points.lasts, scratch);
        if (listed != null) {
            listed.putResets(points);
        } else {
            deriveResets(points);
        }
        if (column == null || !isOfLasts(column)) {
            points.counts = new double[count];
            ColumnCodec.readValues(in, count, points.counts, scratch);
            if (column != RollupColumn.COUNT) {
                readRest(in, points, counter, listed, column, scratch);
            }
        }
        return points;
    }

    private static boolean isOfLasts(RollupColumn column) {
        return switch (column) {
            case LAST, CURRENT, COUNTER, RESETS -> true;
            case COUNT, SUM, MIN, MAX -> false;
        };
    }

    private void readRest(
            ByteReader in,
            RollupPoints points,
            boolean counter,
            @Nullable ListedResets listed,
            @Nullable RollupColumn column,
            long[] scratch) {
        points.sums = new double[count];
        if (counter) {
            points.mins = new double[count];
            points.maxs = points.lasts.clone();
            for (int i = 0; i < count; i++) {
                points.sums[i] = CounterEstimate.sum(points, i);
                points.mins[i] = CounterEstimate.min(points, i);
            }
            if (listed != null) {
                listed.putValues(points);
            }
        } else {
            int codec = in.readByte();
            if (codec == RowWriter.DERIVED) {
                for (int i = 0; i < count; i++) {
                    points.sums[i] = points.counts[i] * points.lasts[i];
                }
            } else {
                ColumnCodec.readValues(codec, in, count, points.sums, scratch);
            }
            if (column == RollupColumn.SUM) {
                return;
            }
            points.mins = readLike(in, points.lasts, scratch);
            if (column == RollupColumn.MIN) {
                return;
            }
            points.maxs = readLike(in, points.lasts, scratch);
        }
        if (in.position() != bytes.length) {
            throw in.corrupt(bytes.length - in.position() + " bytes too many");
        }
    }

    private static void putHistograms(ByteReader in, RollupPoints points, byte[] chunk) {
        SampleIterator histograms = HistogramChunk.parseKept(chunk).iterator();
        int at = 0;
        while (histograms.next()) {
            while (at < points.size && points.times[at] < histograms.timestampMillis()) {
                at++;
            }
            Histogram histogram = histograms.histogram();
            if (at == points.size || points.times[at] != histograms.timestampMillis() || histogram == null) {
                throw in.corrupt("a histogram at " + histograms.timestampMillis() + ", where no point is,");
            }
            points.setHistogram(at, histogram);
        }
    }

    private double[] readLike(ByteReader in, double[] lasts, long[] scratch) {
        int codec = in.readByte();
        if (codec == RowWriter.DERIVED) {
            return lasts.clone();
        }
        double[] column = new double[count];
        ColumnCodec.readValues(codec, in, count, column, scratch);
        return column;
    }

    private void readEnds(ByteReader in, byte[] ends) {
        int listed = in.count(count);
        int at = -1;
        for (int i = 0; i < listed; i++) {
            long read = in.varint();
            long next = at + (read >>> 1);
            if (next <= at || next >= count) {
                throw in.corrupt("an end at point " + next + " after one at " + at);
            }
            at = (int) next;
            ends[at] = (read & 1) == 0 ? RollupPoints.ENDED_INSIDE : RollupPoints.ENDED_AFTER;
        }
    }

    private void deriveResets(RollupPoints points) {
        double before = points.before;
        for (int i = 0; i < count; i++) {
            double last = points.lasts[i];
            if (last < before) {
                points.resets[i] = 1;
                points.drops[i] = before;
            }
            before = last;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RollupChunk row && Arrays.equals(row.bytes, bytes) && Arrays.equals(row.hidden, hidden);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
