package io.pharos.timeseries.chunk;

import org.jspecify.annotations.Nullable;

/** Decodes a fixed number of samples from the words of a head chunk, while the chunk may grow. */
final class HeadIterator extends HeadModel implements SampleIterator {
    private final long[] words;
    private final int bitLimit;
    private int bitPosition;
    private int remaining;
    private boolean first = true;
    private @Nullable HeadChunk growing;
    private long notBefore;
    private long untilMillis = Long.MAX_VALUE;

    /**
     * Reads from the start.
     *
     * @param samples how many samples there are to read, at least 1
     * @param bitLimit reading past this many bits is corruption
     */
    HeadIterator(long[] words, int samples, long firstTime, int bitLimit) {
        this.words = words;
        this.remaining = samples;
        this.bitLimit = Math.min(bitLimit, words.length * Long.SIZE);
        this.lastTime = firstTime;
        this.notBefore = firstTime;
    }

    /**
     * Leaves out samples before and after a stretch of time (both ends inclusive), as far as that spares anything. Before the first step.
     *
     * @param chunk whose words these are
     * @param points places to begin at
     */
    void limit(HeadChunk chunk, byte[] points, long fromMillis, long toMillis) {
        growing = chunk;
        untilMillis = toMillis;
        long point = RestartPoints.resume(points, remaining, notBefore, fromMillis, this);
        if (point != 0) {
            first = false;
            remaining -= (int) (point >>> 32);
            bitPosition = (int) point;
            notBefore = lastTime + 1;
        }
    }

    @Override
    public boolean next() {
        if (remaining == 0) {
            return false;
        }
        remaining--;
        long ahead = peek();
        int used = 0;
        if (first) {
            first = false;
        } else {
            int ones = Long.numberOfLeadingZeros(~ahead);
            used = TimeCode.prefixBits(ones);
            if (ones > TimeCode.SHORT_ONES_MAX) {
                skip(used);
                lastDelta += Scaled.unzigzag(read(TimeCode.valueBits(ones)));
                ahead = peek();
                used = 0;
            } else if (ones > 0) {
                int bits = TimeCode.valueBits(ones);
                lastDelta += Scaled.unzigzag(ahead << used >>> Long.SIZE - bits);
                used += bits;
            }
            lastTime += lastDelta;
        }
        if (lastTime >= untilMillis) {
            remaining = 0;
        }
        if (!readUsualValue(ahead << used, used)) {
            skip(used);
            readValue();
        }
        return true;
    }

    /**
     * Reads the two kinds of values that nearly all are, in the mode of the value before and within one look at the bits; each look
     * has to wait for the one before.
     *
     * @param ahead the bits from the value on, zeros behind them
     * @param used how many bits before it belong to this sample
     * @return whether it was one, else nothing is read
     */
    private boolean readUsualValue(long ahead, int used) {
        if (ahead < 0) {
            return false;
        }
        if (mode0 == SAME) {
            skip(used + 1);
            return true;
        }
        if (mode0 != INTEGER || warm < 3) {
            return false;
        }
        int parameter = parameter();
        int zeros = Long.numberOfLeadingZeros(ahead << 1);
        int bits = zeros + 1 + parameter;
        int all = used + 1 + zeros + bits;
        if (all > Long.SIZE) {
            return false;
        }
        long residual = (ahead << 1 + zeros >>> Long.SIZE - bits) - (1L << parameter);
        skip(all);
        takeInteger(residual, parameter);
        misfits = 0;
        return true;
    }

    /** As the inherited one, where no call has to find out whose iterator this is. */
    @Override
    public int take(long[] times, double[] values, int from, int to) {
        int at = from;
        while (at < to && next()) {
            times[at] = lastTime;
            values[at++] = Double.longBitsToDouble(lastBits);
        }
        return at - from;
    }

    @Override
    public boolean takeNewest(long atMillis, long[] times, double[] values) {
        HeadChunk chunk = growing;
        return chunk != null && chunk.copyLast(atMillis, times, values)
                || SampleIterator.super.takeNewest(atMillis, times, values);
    }

    @Override
    public long notBeforeMillis() {
        return notBefore;
    }

    private void readValue() {
        int mode = readMode();
        while (mode < 0) {
            rescale((int) read(4));
            mode = readMode();
        }
        use(mode);
        if (mode == INTEGER) {
            readInteger();
        } else if (mode == XOR) {
            readXor();
        }
    }

    /** The mode of the next value, or -1 when a change of scale comes first. */
    private int readMode() {
        long ahead = peek();
        if (ahead >= 0) {
            skip(1);
            return mode0;
        }
        if (ahead << 1 >= 0) {
            skip(2);
            return mode1;
        }
        skip(3);
        return ahead << 2 >= 0 ? mode2() : -1;
    }

    private void readInteger() {
        int parameter = parameter();
        long residual;
        if (warm < 2) {
            int bits = (int) read(6);
            residual = bits == 0 ? 0 : read(bits);
        } else {
            int zeros = Long.numberOfLeadingZeros(peek());
            int bits = zeros + 1 + parameter;
            if (bits > Long.SIZE) {
                throw new CorruptChunkException("head chunk: an integer of " + bits + " bits at bit " + bitPosition);
            }
            skip(zeros);
            residual = read(bits) - (1L << parameter);
        }
        takeInteger(residual, parameter);
    }

    private void takeInteger(long residual, int parameter) {
        long integer = predicted() + Scaled.unzigzag(residual);
        learn(integer, residual, parameter);
        lastBits = Double.doubleToRawLongBits(Scaled.toDouble(integer, scale));
    }

    private void readXor() {
        if (read(1) == 1) {
            windowLeading = (byte) read(6);
            windowBits = (byte) (read(6) + 1);
        }
        int trailing = Long.SIZE - windowLeading - windowBits;
        if (trailing < 0 || windowBits == 0) {
            throw new CorruptChunkException("head chunk: a window of " + windowBits + " bits after " + windowLeading
                    + " zeros at bit " + bitPosition);
        }
        lastBits ^= read(windowBits) << trailing;
    }

    /** The next 64 bits, zeros after the end. */
    private long peek() {
        int word = bitPosition >>> 6;
        int offset = bitPosition & 63;
        if (word >= words.length) {
            return 0;
        }
        long bits = words[word] << offset;
        if (offset > 0 && word + 1 < words.length) {
            bits |= words[word + 1] >>> Long.SIZE - offset;
        }
        return bits;
    }

    private long read(int bits) {
        long ahead = peek();
        skip(bits);
        return ahead >>> Long.SIZE - bits;
    }

    private void skip(int bits) {
        bitPosition += bits;
        if (bitPosition > bitLimit) {
            throw new CorruptChunkException("head chunk: the samples end early, at bit " + bitLimit);
        }
    }

    int bitPosition() {
        return bitPosition;
    }

    @Override
    public long timestampMillis() {
        return lastTime;
    }

    @Override
    public double value() {
        return Double.longBitsToDouble(lastBits);
    }
}
