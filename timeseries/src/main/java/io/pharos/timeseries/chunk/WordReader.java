package io.pharos.timeseries.chunk;

import org.jspecify.annotations.Nullable;

/** Reads the bits that a {@link WordWriter} wrote; reading past the end is a {@link CorruptChunkException}. */
final class WordReader {
    private static final long[] NO_WORDS = {};

    private final String what;
    private long[] words;
    private byte @Nullable [] unread;
    private int from;
    private int to;
    private final long bitLimit;
    private long bitPosition;

    /** @param bitLimit reading past this many bits is corruption */
    WordReader(String what, long[] words, long bitLimit) {
        this.what = what;
        this.words = words;
        this.bitLimit = Math.min(bitLimit, (long) words.length * Long.SIZE);
    }

    /** Reads bytes between two offsets, which become words only when the first bit is read. */
    WordReader(String what, byte[] bytes, int from, int to) {
        this.what = what;
        this.words = NO_WORDS;
        this.unread = bytes;
        this.from = from;
        this.to = to;
        this.bitLimit = (long) (to - from) * Byte.SIZE;
    }

    /** The words of bytes between two offsets, zeros after the end. */
    private static long[] words(byte[] bytes, int from, int to) {
        long[] words = new long[to - from + 7 >>> 3];
        for (int i = from; i < to; i++) {
            words[i - from >>> 3] |= (bytes[i] & 0xffL) << 56 - 8 * (i - from & 7);
        }
        return words;
    }

    CorruptChunkException corrupt(String sentence) {
        return new CorruptChunkException(what + ": " + sentence + " at bit " + bitPosition);
    }

    /** Bits not yet read. */
    long remaining() {
        return bitLimit - bitPosition;
    }

    private long peek() {
        int word = (int) (bitPosition >>> 6);
        int offset = (int) bitPosition & 63;
        if (word >= words.length) {
            byte[] bytes = unread;
            if (bytes == null) {
                return 0;
            }
            words = words(bytes, from, to);
            unread = null;
            return peek();
        }
        long bits = words[word] << offset;
        if (offset > 0 && word + 1 < words.length) {
            bits |= words[word + 1] >>> Long.SIZE - offset;
        }
        return bits;
    }

    /** Reads 1 to 64 bits. */
    long read(int bits) {
        long ahead = peek();
        skip(bits);
        return ahead >>> Long.SIZE - bits;
    }

    private void skip(int bits) {
        bitPosition += bits;
        if (bitPosition > bitLimit) {
            throw corrupt("the samples end early, after " + bitLimit + " bits,");
        }
    }

    long readGolomb(int parameter) {
        int zeros = Long.numberOfLeadingZeros(peek());
        int bits = zeros + 1 + parameter;
        if (bits > Long.SIZE - 1) {
            throw corrupt("a number of " + bits + " bits");
        }
        skip(zeros);
        return read(bits) - (1L << parameter);
    }

    long readNumber() {
        return Scaled.unzigzag(readGolomb(WordWriter.PLAIN_PARAMETER));
    }

    /** A number that counts something, each of which takes at least a bit. */
    int readCount(int max) {
        long count = readNumber();
        if (count < 0 || count > Math.min(max, remaining())) {
            throw corrupt("a count of " + count);
        }
        return (int) count;
    }

    long readTime() {
        int ones = Long.numberOfLeadingZeros(~peek());
        skip(TimeCode.prefixBits(ones));
        return ones == 0 ? 0 : Scaled.unzigzag(read(TimeCode.valueBits(ones)));
    }
}
