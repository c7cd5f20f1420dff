package io.pharos.timeseries.chunk;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The open chunk of a series' native histograms: a bit stream that only grows. One thread writes; any thread may read what was
 * published. The same bits, with a header, are the stored form (docs/format/histogram-chunk.md).
 */
public final class HistogramHead extends HistogramModel {
    private static final VarHandle COUNT;
    private static final int OBJECT_BYTES = 160;
    private static final int BYTES_A_COLUMN = 33;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(HistogramHead.class, "count", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final WordWriter out = new WordWriter(8);
    private @Nullable Histogram lastHistogram;
    private long[] numbers = {};

    @SuppressWarnings("unused") // written through COUNT
    private int count;

    private long firstTime;

    /** An empty chunk. */
    public HistogramHead() {}

    /**
     * Appends a histogram and publishes it. Where nothing is known of a reset it is compared with the one before: what goes on is
     * kept as such, so that readers need not compare. Writer's thread only.
     *
     * @throws IllegalArgumentException when the time is not after the last one, or a histogram has more than 20,000 buckets
     */
    public void append(long timestampMillis, Histogram histogram) {
        int published = count;
        if (published > 0 && timestampMillis <= lastTime) {
            throw new IllegalArgumentException("histogram at " + timestampMillis + " is not after " + lastTime);
        }
        HistogramLayout before = layout;
        HistogramLayout current;
        boolean begins = before == null || !before.holds(histogram);
        if (before == null || begins) {
            current = HistogramLayout.of(histogram, before);
        } else {
            current = before;
        }
        CounterResetHint hint = hint(histogram);
        if (!begins && hint == expectedHint()) {
            out.write(0, 1);
        } else {
            out.write(0b1000L | hint.code() << 1 | (begins ? 1 : 0), 4);
        }
        lastHint = hint;
        if (published == 0) {
            firstTime = timestampMillis;
        } else {
            long delta = timestampMillis - lastTime;
            out.writeTime(delta - lastDelta);
            lastDelta = delta;
        }
        lastTime = timestampMillis;
        if (begins) {
            begin(current);
            current.write(out);
            numbers = new long[current.columns()];
        }
        writeSum(Double.doubleToRawLongBits(histogram.sum()));
        current.numbers(histogram, numbers);
        writeNumbers(current);
        lastHistogram = histogram.withHint(CounterResetHint.UNKNOWN);
        COUNT.setRelease(this, published + 1);
    }

    private CounterResetHint hint(Histogram histogram) {
        CounterResetHint hint = histogram.hint();
        if (hint == CounterResetHint.GAUGE || hint == CounterResetHint.RESET) {
            return hint;
        }
        Histogram before = lastHistogram;
        boolean goesOn = before != null
                && lastHint != CounterResetHint.GAUGE
                && !histogram.withHint(CounterResetHint.UNKNOWN).isResetAfter(before);
        return goesOn ? CounterResetHint.NOT_RESET : CounterResetHint.UNKNOWN;
    }

    private void writeSum(long bits) {
        long xor = bits ^ lastSum;
        lastSum = bits;
        if (xor == 0) {
            out.write(0, 1);
            return;
        }
        int leading = Long.numberOfLeadingZeros(xor);
        int trailing = Long.numberOfTrailingZeros(xor);
        int length = Long.SIZE - leading - trailing;
        int windowTrailing = Long.SIZE - windowLeading - windowBits;
        boolean fits = windowBits > 0 && leading >= windowLeading && trailing >= windowTrailing;
        if (fits && windowBits <= length + 12) {
            out.write(0b10, 2);
            out.write(xor >>> windowTrailing, windowBits);
        } else {
            out.write(0b11L << 12 | (long) leading << 6 | length - 1, 14);
            out.write(xor >>> trailing, length);
            windowLeading = (byte) leading;
            windowBits = (byte) length;
        }
    }

    private void writeNumbers(HistogramLayout current) {
        int columns = current.columns();
        boolean same = true;
        for (int i = 0; i < columns && same; i++) {
            same = numbers[i] == last[i];
        }
        out.write(same ? 0 : 1, 1);
        for (int i = 0; i < columns && !same; i++) {
            if (current.integers()) {
                writeInteger(i, numbers[i]);
            } else {
                writeBits(i, numbers[i]);
            }
        }
    }

    private void writeInteger(int column, long number) {
        long residual = Scaled.zigzag(number - predicted(column));
        int parameter = parameter(column);
        if (isCold(column)) {
            int bits = Scaled.bitLength(residual);
            out.write(bits, 6);
            out.write(residual, bits);
        } else {
            out.writeGolomb(residual, parameter);
        }
        learn(column, number, residual, parameter);
    }

    private void writeBits(int column, long bits) {
        long xor = bits ^ last[column];
        if (xor == 0) {
            out.write(0, 1);
            return;
        }
        int leading = Long.numberOfLeadingZeros(xor);
        int length = Long.SIZE - leading - Long.numberOfTrailingZeros(xor);
        out.write(1L << 12 | (long) leading << 6 | length - 1, 13);
        out.write(xor >>> Long.SIZE - leading - length, length);
        last[column] = bits;
    }

    /** The number of published histograms. Any thread. */
    public int count() {
        return (int) COUNT.getAcquire(this);
    }

    /** The time of the first one; 0 in an empty chunk. Any thread that saw a count above 0. */
    public long firstTimestampMillis() {
        return firstTime;
    }

    /** The time of the last one; 0 in an empty chunk. Other threads see one at least as new as the count they read before. */
    public long lastTimestampMillis() {
        return lastTime;
    }

    /** The bytes the histograms take, without headers. */
    public int sizeBytes() {
        return out.bitCount() + 7 >>> 3;
    }

    /** The bytes this holds in memory, roughly, objects counted. */
    public int memoryBytes() {
        return OBJECT_BYTES + out.words().length * Long.BYTES + last.length * BYTES_A_COLUMN;
    }

    /** Walks the histograms published when this is called. Any thread; the iterator is for one thread. */
    public SampleIterator iterator() {
        int published = count();
        if (published == 0) {
            return SampleIterator.EMPTY;
        }
        long[] words = out.words();
        return new HistogramIterator(
                new WordReader("histogram head", words, Integer.MAX_VALUE), published, firstTime, null);
    }

    /** The stored form: a {@link HistogramChunk}. At least one histogram. Writer's thread. */
    public byte[] toBytes() {
        if (count == 0) {
            throw new IllegalStateException("a histogram chunk of no histograms");
        }
        int size = sizeBytes();
        ByteWriter bytes = new ByteWriter(32 + size);
        bytes.putByte(HistogramChunk.FORMAT);
        bytes.putInt(0);
        bytes.putVarint(count);
        bytes.putVarint(Scaled.zigzag(firstTime));
        bytes.putVarint(lastTime - firstTime);
        long[] words = out.words();
        for (int at = 0; at < size; at += Long.BYTES) {
            bytes.putTop(words[at >>> 3], Math.min(Long.BYTES, size - at));
        }
        return bytes.sealed();
    }

    /**
     * An open chunk that goes on where a stored one ends.
     *
     * @throws CorruptChunkException naming what is wrong
     */
    public static HistogramHead of(HistogramChunk chunk) {
        HistogramHead head = new HistogramHead();
        SampleIterator histograms = chunk.iterator();
        while (histograms.next()) {
            head.append(histograms.timestampMillis(), Objects.requireNonNull(histograms.histogram()));
        }
        return head;
    }
}
