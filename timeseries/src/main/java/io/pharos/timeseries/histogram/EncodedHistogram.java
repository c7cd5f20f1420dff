package io.pharos.timeseries.histogram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * What a sample of numbers has in eight bytes a histogram has beside it. So that what compares samples by their eight bytes
 * (admission, retries, columns of values) need not know histograms, each has a mark: a NaN no measurement yields, of a hash
 * of its content. The hint is left out of it, since storing may change it.
 */
/** A histogram with the bytes that stand for it in the log, in heads and between nodes (docs/format/histogram.md). Immutable. */
public final class EncodedHistogram {
    /** No histogram takes more bytes. */
    public static final int BYTES_MAX = 32 << 10;

    private static final long MARK = 0xfffc_0000_0000_0000L;

    /** Stands for any histogram where only that it is one matters. */
    public static final double ANY_MARK = Double.longBitsToDouble(MARK);

    private static final int OBJECT_BYTES = 200;
    private static final int BUCKET_BYTES = Integer.BYTES + Double.BYTES;
    private static final int FORM = 0x40;
    private static final int INTEGERS = 4;
    private static final int HINT = 3;
    private static final double INTEGER_END = 1L << 53;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Histogram histogram;
    private final byte[] bytes;

    private EncodedHistogram(Histogram histogram, byte[] bytes) {
        this.histogram = histogram;
        this.bytes = bytes;
    }

    /**
     * Encodes a histogram.
     *
     * @throws IllegalArgumentException when it takes more than {@link #BYTES_MAX} bytes
     */
    public static EncodedHistogram of(Histogram histogram) {
        byte[] bytes = new Encoder(histogram).encode();
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("a histogram of "
                    + (histogram.positive().size() + histogram.negative().size()) + " buckets takes " + bytes.length
                    + " bytes, at most " + BYTES_MAX + " can be stored");
        }
        return new EncodedHistogram(histogram, bytes);
    }

    /**
     * Reads what {@link #bytes} gave; the array is taken over.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static EncodedHistogram of(byte[] bytes) {
        return new EncodedHistogram(new Decoder(bytes).decode(), bytes);
    }

    /** The histogram. */
    public Histogram histogram() {
        return histogram;
    }

    /** Its bytes; read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** What stands for it where a sample has one double: a NaN that equal histograms share, whatever their hints. */
    public double mark() {
        long hash = 0xcbf29ce484222325L;
        for (int i = 1; i < bytes.length; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        return Double.longBitsToDouble(MARK | (hash ^ hash >>> 32) & ~MARK);
    }

    /** The encoded bytes of those between two places (the end is exclusive); none where there is no array. */
    public static int bytes(@Nullable EncodedHistogram @Nullable [] histograms, int from, int to) {
        int bytes = 0;
        for (int i = from; histograms != null && i < to; i++) {
            EncodedHistogram histogram = histograms[i];
            bytes += histogram == null ? 0 : histogram.bytes.length;
        }
        return bytes;
    }

    /** What this holds in memory, objects counted: its bytes, and the histogram they were made of. */
    public int memoryBytes() {
        return OBJECT_BYTES
                + bytes.length
                + BUCKET_BYTES
                        * (histogram.positive().size() + histogram.negative().size())
                + Double.BYTES * histogram.customBounds().length;
    }

    /** What those between two places (the end is exclusive) hold in memory; nothing where there is no array. */
    public static long memoryBytes(@Nullable EncodedHistogram @Nullable [] histograms, int from, int to) {
        long bytes = 0;
        for (int i = from; histograms != null && i < to; i++) {
            EncodedHistogram histogram = histograms[i];
            bytes += histogram == null ? 0 : histogram.memoryBytes();
        }
        return bytes;
    }

    /** Whether bits of a double may be those of a mark. */
    public static boolean isMark(long bits) {
        return (bits & MARK) == MARK;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EncodedHistogram encoded && Arrays.equals(bytes, encoded.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return histogram.toString();
    }

    private static final class Encoder {
        private final Histogram histogram;
        private final boolean integers;
        private final byte[] out;
        private int size;

        Encoder(Histogram histogram) {
            this.histogram = histogram;
            integers = isInteger(histogram.count())
                    && isInteger(histogram.zeroCount())
                    && areIntegers(histogram.positive())
                    && areIntegers(histogram.negative());
            int numbers = histogram.positive().size() + histogram.negative().size();
            out = new byte[64 + 15 * numbers + 8 * histogram.customBounds().length];
        }

        private static boolean areIntegers(HistogramBuckets buckets) {
            boolean integers = true;
            for (int i = 0; i < buckets.size() && integers; i++) {
                integers = isInteger(buckets.count(i));
            }
            return integers;
        }

        private static boolean isInteger(double number) {
            return number < INTEGER_END
                    && Double.doubleToRawLongBits((double) (long) number) == Double.doubleToRawLongBits(number)
                    && number >= 0;
        }

        byte[] encode() {
            out[size++] =
                    (byte) (FORM | (integers ? INTEGERS : 0) | histogram.hint().code());
            zigzag(histogram.schema());
            if (!histogram.isCustom()) {
                fixed(histogram.zeroThreshold());
                number(histogram.zeroCount());
            }
            number(histogram.count());
            fixed(histogram.sum());
            buckets(histogram.positive());
            if (histogram.isCustom()) {
                varint(histogram.customBounds().length);
                for (double bound : histogram.customBounds()) {
                    fixed(bound);
                }
            } else {
                buckets(histogram.negative());
            }
            return Arrays.copyOf(out, size);
        }

        private void buckets(HistogramBuckets buckets) {
            varint(buckets.size());
            long before = 0;
            for (int i = 0; i < buckets.size(); i++) {
                zigzag(buckets.index(i) - before);
                before = buckets.index(i);
                number(buckets.count(i));
            }
        }

        private void number(double number) {
            if (integers) {
                varint((long) number);
            } else {
                fixed(number);
            }
        }

        private void fixed(double number) {
            LONGS.set(out, size, Double.doubleToRawLongBits(number));
            size += Long.BYTES;
        }

        private void zigzag(long number) {
            varint(number << 1 ^ number >> 63);
        }

        private void varint(long number) {
            long rest = number;
            while ((rest & ~0x7fL) != 0) {
                out[size++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            out[size++] = (byte) rest;
        }
    }

    private static final class Decoder {
        private final byte[] in;
        private int at;
        private boolean integers;

        Decoder(byte[] in) {
            this.in = in;
        }

        Histogram decode() {
            int first = single();
            if ((first & ~(INTEGERS | HINT)) != FORM) {
                throw new IllegalArgumentException("histogram of unknown form " + first);
            }
            integers = (first & INTEGERS) != 0;
            long schema = zigzag();
            boolean custom = schema == Histogram.CUSTOM_SCHEMA;
            double zeroThreshold = custom ? 0 : fixed();
            double zeroCount = custom ? 0 : number();
            double count = number();
            double sum = fixed();
            HistogramBuckets positive = buckets();
            Histogram histogram;
            if (custom) {
                double[] bounds = new double[count(Long.BYTES)];
                for (int i = 0; i < bounds.length; i++) {
                    bounds[i] = fixed();
                }
                histogram = Histogram.custom(bounds, count, sum, positive);
            } else {
                int exponential = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, schema));
                histogram =
                        Histogram.exponential(exponential, zeroThreshold, zeroCount, count, sum, positive, buckets());
            }
            if (at != in.length) {
                throw new IllegalArgumentException(in.length - at + " bytes after a histogram");
            }
            return histogram.withHint(CounterResetHint.of(first & HINT));
        }

        private HistogramBuckets buckets() {
            int size = count(2);
            int[] indexes = new int[size];
            double[] counts = new double[size];
            long index = 0;
            for (int i = 0; i < size; i++) {
                index += zigzag();
                if (index != (int) index) {
                    throw new IllegalArgumentException("a bucket of index " + index);
                }
                indexes[i] = (int) index;
                counts[i] = number();
            }
            return HistogramBuckets.sharing(indexes, counts);
        }

        private double number() {
            return integers ? varint() : fixed();
        }

        /** How many follow, each of at least so many bytes. */
        private int count(int bytesEach) {
            long count = varint();
            if (count < 0 || count > (in.length - at) / bytesEach) {
                throw new IllegalArgumentException(
                        "a count of " + count + " in a histogram of " + in.length + " bytes");
            }
            return (int) count;
        }

        private int single() {
            if (at == in.length) {
                throw new IllegalArgumentException("the bytes of a histogram end early");
            }
            return in[at++] & 0xff;
        }

        private double fixed() {
            if (in.length - at < Long.BYTES) {
                throw new IllegalArgumentException("the bytes of a histogram end early");
            }
            at += Long.BYTES;
            return Double.longBitsToDouble((long) LONGS.get(in, at - Long.BYTES));
        }

        private long zigzag() {
            long number = varint();
            return number >>> 1 ^ -(number & 1);
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                int read = single();
                value |= (read & 0x7fL) << shift;
                if (read < 0x80) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number of more than ten bytes in a histogram");
        }
    }
}
