package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.timeseries.histogram.HistogramBuckets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of one side of a histogram as a request has them: spans of neighbours, and a difference or a count for each. Used
 * again for the next histogram. What passes the limit is read and not kept.
 */
final class BucketColumns {
    private static final int LENGTH_DELIMITED = 2;
    /** How a sentence names the list of the buckets' counts or differences. */
    private static final String COUNTS = "a list of buckets";

    private static final int SPAN_OFFSET = 1 << 3;
    private static final int SPAN_LENGTH = 2 << 3;
    /** Beyond it no bucket of any schema has a bound that is a number. */
    private static final int INDEX_MAX = 1 << 30;

    /** A shift by more would be taken for one by less; by so much every index comes to bucket 0 or 1. */
    private static final int SHIFT_MAX = Integer.SIZE - 1;

    private final String side;
    private final int bucketsMax;
    private final DoubleColumn counts;
    private int[] offsets = new int[4];
    private long[] lengths = new long[4];
    private int spans;
    private long[] deltas = new long[16];
    private int deltaCount;
    private long buckets;
    private @Nullable String fault;
    private long total;

    /** @param side how a sentence names it */
    BucketColumns(String side, int bucketsMax) {
        this.side = side;
        this.bucketsMax = bucketsMax;
        this.counts = new DoubleColumn(COUNTS, bucketsMax);
    }

    void clear() {
        spans = 0;
        deltaCount = 0;
        counts.clear();
        buckets = 0;
        total = 0;
        fault = null;
    }

    boolean isEmpty() {
        return spans == 0 && deltaCount == 0 && counts.size() == 0;
    }

    void span(ProtobufCursor in, int end) throws MalformedBodyException {
        long offset = 0;
        long length = 0;
        while (in.at < end) {
            int tag = in.tag();
            if (tag == SPAN_OFFSET) {
                offset = in.zigzag(end);
            } else if (tag == SPAN_LENGTH) {
                length = in.varint(end);
            } else {
                in.skip(tag, end);
            }
        }
        if (length < 0 || length > bucketsMax || buckets + length > bucketsMax || spans == bucketsMax) {
            tooMany();
        } else if (offset != (int) offset) {
            fault = fault == null ? "a span of " + side + " buckets has the offset " + offset : fault;
        } else {
            if (spans == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * spans);
                lengths = Arrays.copyOf(lengths, 2 * spans);
            }
            offsets[spans] = (int) offset;
            lengths[spans++] = length;
            buckets += length;
        }
    }

    private void tooMany() {
        fault = fault == null
                ? "more than " + bucketsMax + " " + side
                        + " buckets (pharos.collection.remote-write.histogram-buckets-max)"
                : fault;
    }

    /** Reads differences, packed or one alone. */
    void deltas(ProtobufCursor in, int tag, int outerEnd) throws MalformedBodyException {
        if ((tag & 7) != LENGTH_DELIMITED) {
            delta(in.zigzag(outerEnd));
            return;
        }
        int end = in.messageEnd(outerEnd, COUNTS);
        while (in.at < end) {
            delta(in.zigzag(end));
        }
    }

    private void delta(long delta) {
        if (deltaCount == bucketsMax) {
            tooMany();
        } else {
            if (deltaCount == deltas.length) {
                deltas = Arrays.copyOf(deltas, 2 * deltaCount);
            }
            deltas[deltaCount++] = delta;
        }
    }

    /** Reads counts, packed or one alone. */
    void counts(ProtobufCursor in, int tag, int outerEnd) throws MalformedBodyException {
        if (!counts.read(in, tag, outerEnd)) {
            tooMany();
        }
    }

    /**
     * The buckets.
     *
     * @param floats whether they come as counts, else as differences
     * @param schemaSteps by how many steps the resolution is reduced
     * @throws InvalidHistogramException with a sentence that says what is wrong
     */
    HistogramBuckets buckets(boolean floats, int schemaSteps) {
        if (fault != null) {
            throw new InvalidHistogramException(fault);
        }
        int given = floats ? counts.size() : deltaCount;
        if (given != buckets) {
            throw new InvalidHistogramException(
                    "the spans hold " + buckets + " " + side + " buckets and " + given + " have a count");
        }
        int[] indexes = new int[given];
        double[] values = new double[given];
        int size = 0;
        int at = 0;
        long index = 0;
        long count = 0;
        for (int span = 0; span < spans; span++) {
            if (span > 0 && offsets[span] < 0) {
                throw new InvalidHistogramException(
                        "span " + (span + 1) + " of the " + side + " buckets has the offset " + offsets[span]);
            }
            index += offsets[span];
            for (long i = 0; i < lengths[span]; i++, at++, index++) {
                count = floats ? 0 : count + deltas[at];
                double value = floats ? counts.get(at) : count;
                if (value < 0) {
                    throw new InvalidHistogramException(
                            side + " bucket " + (at + 1) + " has a negative count of " + value);
                }
                total += count;
                if (total < 0) {
                    throw InvalidHistogramException.countsTooLarge();
                }
                if (Math.abs(index) > INDEX_MAX) {
                    throw new InvalidHistogramException("a " + side + " bucket of index " + index);
                }
                int coarse = schemaSteps == 0 ? (int) index : ((int) index - 1 >> Math.min(SHIFT_MAX, schemaSteps)) + 1;
                if (size > 0 && indexes[size - 1] == coarse) {
                    values[size - 1] += value;
                } else {
                    indexes[size] = coarse;
                    values[size++] = value;
                }
            }
        }
        return HistogramBuckets.of(indexes, values, size);
    }

    /** The sum of all counts that came as differences. */
    long total() {
        return total;
    }
}
