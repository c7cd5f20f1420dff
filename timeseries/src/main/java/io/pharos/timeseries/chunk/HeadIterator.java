package io.pharos.timeseries.chunk;

/** Decodes a fixed number of samples from the words of a head chunk, while the chunk may grow. */
final class HeadIterator extends HeadModel implements SampleIterator {
    private final long[] words;
    private final int bitLimit;
    private final long firstTime;
    private int bitPosition;
    private int remaining;
    private boolean first = true;

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
        this.firstTime = firstTime;
        this.lastTime = firstTime;
    }

    @Override
    public boolean next() {
        if (remaining == 0) {
            return false;
        }
        remaining--;
        if (first) {
            first = false;
        } else {
            lastDelta += readTime();
            lastTime += lastDelta;
        }
        readValue();
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
    public long notBeforeMillis() {
        return firstTime;
    }

    private long readTime() {
        int ones = Long.numberOfLeadingZeros(~peek());
        skip(TimeCode.prefixBits(ones));
        return ones == 0 ? 0 : Scaled.unzigzag(read(TimeCode.valueBits(ones)));
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
