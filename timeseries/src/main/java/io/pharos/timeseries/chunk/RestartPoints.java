package io.pharos.timeseries.chunk;

/**
 * Places near the end of a head chunk from which a reader can go on without what lies before: the state of the writer after every
 * 64th sample, of which the last two are kept and the last two of every 256th. In memory only, as one array of bytes that never changes.
 *
 * <p>Of each point, the newest first: one byte that counts the bytes behind it, then, as varints, the samples before it, the last time after
 * the chunk's first, the position in bits, the model's small numbers in one, and its large ones, where zero and what
 * follows from the others take no byte.
 */
final class RestartPoints {
    /** A point is made after each multiple of so many samples. */
    static final int SPACING = 64;

    private static final int WIDE_SPACING = 256;
    private static final byte[] NONE = {};
    private static final String WHAT = "restart point";

    /** The last bits are those of the last integer. */
    private static final int FOLLOWS = 1;
    /** The large numbers of the prediction are zero. */
    private static final int NO_PREDICTION = 2;

    private RestartPoints() {}

    /** No points. */
    static byte[] none() {
        return NONE;
    }

    /**
     * The points with one more, without those no longer kept.
     *
     * @param samples how many samples lie before the new one, a multiple of {@link #SPACING}
     */
    static byte[] with(byte[] points, int samples, long firstTime, int bitPosition, HeadModel model) {
        ByteWriter point = new ByteWriter(48);
        point.putVarint(samples);
        point.putVarint(model.lastTime - firstTime);
        point.putVarint(bitPosition);
        boolean follows = model.lastBits == Double.doubleToRawLongBits(Scaled.toDouble(model.lastInteger, model.scale));
        boolean noPrediction = (model.lastInteger | model.step16 | model.residual16) == 0;
        long small = (noPrediction ? NO_PREDICTION : 0) | (follows ? FOLLOWS : 0);
        small = small << 2 | model.mode0;
        small = small << 2 | model.mode1;
        small = small << 2 | model.warm;
        small = small << 4 | model.scale;
        small = small << 6 | model.windowLeading;
        small = small << 7 | model.windowBits;
        point.putVarint(small);
        point.putVarint(Scaled.zigzag(model.lastDelta));
        if (!follows) {
            point.putLong(model.lastBits);
        }
        if (!noPrediction) {
            point.putVarint(Scaled.zigzag(model.lastInteger));
            point.putVarint(Scaled.zigzag(model.step16));
            point.putVarint(Scaled.zigzag(model.residual16));
        }
        int kept = 0;
        int[] starts = new int[4];
        for (int at = 0; at < points.length; at += 1 + points[at]) {
            int before = samplesBefore(points, at);
            if (kept < 3
                    && (before > samples - 2 * SPACING
                            || before % WIDE_SPACING == 0 && before > samples - 2 * WIDE_SPACING)) {
                starts[kept++] = at;
            }
        }
        int size = 1 + point.size();
        for (int i = 0; i < kept; i++) {
            size += 1 + points[starts[i]];
        }
        byte[] next = new byte[size];
        next[0] = (byte) point.size();
        point.copyTo(next, 1);
        int end = 1 + point.size();
        for (int i = 0; i < kept; i++) {
            int length = 1 + points[starts[i]];
            System.arraycopy(points, starts[i], next, end, length);
            end += length;
        }
        return next;
    }

    private static int samplesBefore(byte[] points, int at) {
        return (int) new ByteReader(WHAT, points, at, at + 1, points.length).varint();
    }

    /**
     * Puts a model into the state after the latest point all of whose samples lie before a time, where there is one.
     *
     * @param samplesMax points after more samples are passed over: they were not published when the reader began
     * @return the samples before it in the high half and the position in bits in the low one; 0 where there is none
     */
    static long resume(byte[] points, int samplesMax, long firstTime, long fromMillis, HeadModel model) {
        for (int at = 0; at < points.length; at += 1 + points[at]) {
            ByteReader in = new ByteReader(WHAT, points, at, at + 1, points.length);
            int samples = (int) in.varint();
            long time = firstTime + in.varint();
            if (samples <= samplesMax && time < fromMillis) {
                int bitPosition = (int) in.varint();
                read(in, model);
                model.lastTime = time;
                return (long) samples << 32 | bitPosition;
            }
        }
        return 0;
    }

    private static void read(ByteReader in, HeadModel model) {
        int small = (int) in.varint();
        model.windowBits = (byte) (small & 127);
        model.windowLeading = (byte) (small >>> 7 & 63);
        model.scale = (byte) (small >>> 13 & 15);
        model.warm = (byte) (small >>> 17 & 3);
        model.mode1 = (byte) (small >>> 19 & 3);
        model.mode0 = (byte) (small >>> 21 & 3);
        boolean follows = (small >>> 23 & FOLLOWS) != 0;
        boolean noPrediction = (small >>> 23 & NO_PREDICTION) != 0;
        model.lastDelta = Scaled.unzigzag(in.varint());
        long bits = follows ? 0 : in.top(Long.BYTES);
        if (!noPrediction) {
            model.lastInteger = Scaled.unzigzag(in.varint());
            model.step16 = Scaled.unzigzag(in.varint());
            model.residual16 = Scaled.unzigzag(in.varint());
        }
        model.lastBits = follows ? Double.doubleToRawLongBits(Scaled.toDouble(model.lastInteger, model.scale)) : bits;
    }
}
