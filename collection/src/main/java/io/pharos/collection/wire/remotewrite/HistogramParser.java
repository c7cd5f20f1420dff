package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.timeseries.histogram.BucketBounds;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.sample.StaleMarker;

/*
 * A message that is no protobuf fails the request; a histogram that is none fails alone, with a sentence. The checks are those of
 * the protocol's reference receiver: counts not negative, integer counts that add up, spans that fit. A finer resolution than
 * is known is reduced. Integers become doubles, exact up to 2^53. A hint "not reset" is forgotten, since it compares with a sample
 * that may not have come; what is stored is compared anew.
 */
/** Reads one native histogram of a request. Used again for the next one; not thread-safe. */
final class HistogramParser {
    private static final int FIXED = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FINEST_REDUCED = 52;

    private final int bucketsMax;
    private final BucketColumns positive;
    private final BucketColumns negative;
    private final DoubleColumn bounds;
    private boolean tooManyBounds;
    private long countInteger;
    private double countFloat;
    private boolean floats;
    private double sum;
    private long schema;
    private double zeroThreshold;
    private long zeroInteger;
    private double zeroFloat;
    private long hint;
    private long timestamp;

    HistogramParser(int bucketsMax) {
        this.bucketsMax = bucketsMax;
        positive = new BucketColumns("positive", bucketsMax);
        negative = new BucketColumns("negative", bucketsMax);
        bounds = new DoubleColumn("a list of custom values", bucketsMax);
    }

    /** Reads the message up to its end. */
    void read(ProtobufCursor in, int end) throws MalformedBodyException {
        clear();
        while (in.at < end) {
            int tag = in.tag();
            switch (tag) {
                case 8 << 3 | LENGTH_DELIMITED -> negative.span(in, in.messageEnd(end, "a span"));
                case 9 << 3, 9 << 3 | LENGTH_DELIMITED -> negative.deltas(in, tag, end);
                case 10 << 3 | FIXED, 10 << 3 | LENGTH_DELIMITED -> negative.counts(in, tag, end);
                case 11 << 3 | LENGTH_DELIMITED -> positive.span(in, in.messageEnd(end, "a span"));
                case 12 << 3, 12 << 3 | LENGTH_DELIMITED -> positive.deltas(in, tag, end);
                case 13 << 3 | FIXED, 13 << 3 | LENGTH_DELIMITED -> positive.counts(in, tag, end);
                case 16 << 3 | FIXED, 16 << 3 | LENGTH_DELIMITED -> tooManyBounds |= !bounds.read(in, tag, end);
                default -> number(in, tag, end);
            }
        }
    }

    private void clear() {
        positive.clear();
        negative.clear();
        bounds.clear();
        tooManyBounds = false;
        countInteger = 0;
        countFloat = 0;
        floats = false;
        sum = 0;
        schema = 0;
        zeroThreshold = 0;
        zeroInteger = 0;
        zeroFloat = 0;
        hint = 0;
        timestamp = 0;
    }

    private void number(ProtobufCursor in, int tag, int end) throws MalformedBodyException {
        switch (tag) {
            case 1 << 3 -> {
                countInteger = in.varint(end);
                floats = false;
            }
            case 2 << 3 | FIXED -> {
                countFloat = in.float64(end);
                floats = true;
            }
            case 3 << 3 | FIXED -> sum = in.float64(end);
            case 4 << 3 -> schema = in.zigzag(end);
            case 5 << 3 | FIXED -> zeroThreshold = in.float64(end);
            case 6 << 3 -> zeroInteger = in.varint(end);
            case 7 << 3 | FIXED -> zeroFloat = in.float64(end);
            case 14 << 3 -> hint = in.varint(end);
            case 15 << 3 -> timestamp = in.varint(end);
            default -> in.skip(tag, end);
        }
    }

    /** The time of the one read last. */
    long timestamp() {
        return timestamp;
    }

    /** Whether the one read last ends its series. */
    boolean isStale() {
        return StaleMarker.is(sum);
    }

    /**
     * The one read last.
     *
     * @throws InvalidHistogramException with a sentence that says what is wrong with it
     */
    EncodedHistogram histogram() {
        CounterResetHint known =
                hint == 1 ? CounterResetHint.RESET : hint == 3 ? CounterResetHint.GAUGE : CounterResetHint.UNKNOWN;
        Histogram histogram = schema == Histogram.CUSTOM_SCHEMA ? custom() : exponential();
        try {
            return EncodedHistogram.of(histogram.withHint(known));
        } catch (IllegalArgumentException tooLarge) {
            // Rare however hostile the sender is: each needs tens of KiB of a request.
            throw new InvalidHistogramException(String.valueOf(tooLarge.getMessage()));
        }
    }

    private Histogram exponential() {
        if (schema < BucketBounds.SCHEMA_MIN || schema > FINEST_REDUCED) {
            throw new InvalidHistogramException("schema " + schema + " is not known");
        }
        if (!(zeroThreshold >= 0 && zeroThreshold < Double.POSITIVE_INFINITY)) {
            throw new InvalidHistogramException("a zero bucket up to " + zeroThreshold);
        }
        if (bounds.size() > 0) {
            throw new InvalidHistogramException("custom values in a histogram of schema " + schema);
        }
        int steps = (int) Math.max(0, schema - BucketBounds.SCHEMA_MAX);
        HistogramBuckets positives = positive.buckets(floats, steps);
        HistogramBuckets negatives = negative.buckets(floats, steps);
        double zeros = floats ? zeroFloat : unsigned(zeroInteger);
        checkCounts(zeros);
        return Histogram.exponential((int) schema - steps, zeroThreshold, zeros, count(), sum, positives, negatives);
    }

    private Histogram custom() {
        if (tooManyBounds) {
            throw new InvalidHistogramException("more than " + bucketsMax
                    + " custom values (pharos.collection.remote-write.histogram-buckets-max)");
        }
        if (zeroInteger != 0 || zeroFloat != 0 || zeroThreshold != 0 || !negative.isEmpty()) {
            throw new InvalidHistogramException("custom buckets with a zero bucket or negative buckets");
        }
        for (int i = 0; i < bounds.size(); i++) {
            double bound = bounds.get(i);
            boolean ascends = i == 0 ? !Double.isNaN(bound) : bound > bounds.get(i - 1);
            if (!ascends || bound == Double.POSITIVE_INFINITY) {
                throw new InvalidHistogramException(
                        "custom value " + (i + 1) + " is " + bound + ": they must be finite and ascend");
            }
        }
        HistogramBuckets buckets = positive.buckets(floats, 0);
        if (buckets.size() > 0 && (buckets.index(0) < 0 || buckets.index(buckets.size() - 1) > bounds.size())) {
            throw new InvalidHistogramException("a bucket outside the " + bounds.size() + " custom values");
        }
        checkCounts(0);
        return Histogram.custom(bounds.toArray(), count(), sum, buckets);
    }

    private double count() {
        return floats ? countFloat : unsigned(countInteger);
    }

    private void checkCounts(double zeros) {
        if (zeros < 0 || count() < 0) {
            throw new InvalidHistogramException("a negative count of " + Math.min(zeros, count()));
        }
        if (floats) {
            return; // rounding may make the buckets more than the count
        }
        long inBuckets = positive.total() + negative.total();
        long found = inBuckets + zeroInteger;
        if (inBuckets < 0 || zeroInteger >= 0 && found < 0) {
            throw InvalidHistogramException.countsTooLarge();
        }
        boolean fits = Double.isNaN(sum) ? found <= countInteger : found == countInteger;
        if (!fits || zeroInteger < 0) {
            throw new InvalidHistogramException("its buckets hold " + Long.toUnsignedString(found)
                    + " observations and its count says " + Long.toUnsignedString(countInteger));
        }
    }

    private static double unsigned(long number) {
        return number >= 0 ? number : (number >>> 1) * 2.0;
    }
}
