package io.pharos.timeseries.chunk;

import java.util.Arrays;

/**
 * Bits one after the other, the first one highest, in words that only grow: bits once written never change, so what was published
 * may be read while more is written. One thread writes.
 */
final class WordWriter {
    /** The parameter of numbers of which nothing is known. */
    static final int PLAIN_PARAMETER = 4;

    private volatile long[] words;
    private int bitCount;

    WordWriter(int words) {
        this.words = new long[words];
    }

    /** The words as they are now; a reader that knows how much is published may read them. */
    long[] words() {
        return words;
    }

    int bitCount() {
        return bitCount;
    }

    /** Appends the low bits of a value whose other bits are zero; 0 to 64 bits. */
    void write(long value, int bits) {
        if (bits == 0) {
            return;
        }
        int word = bitCount >>> 6;
        int room = Long.SIZE - (bitCount & 63);
        long[] target = words;
        if (word + (bits > room ? 1 : 0) >= target.length) {
            target = Arrays.copyOf(target, target.length + Math.max(2, target.length >> 2));
            words = target;
        }
        if (bits <= room) {
            target[word] |= value << room - bits;
        } else {
            target[word] |= value >>> bits - room;
            target[word + 1] = value << Long.SIZE - (bits - room);
        }
        bitCount += bits;
    }

    /** Appends a number from 0 to 2^62 in an exp-Golomb code. */
    void writeGolomb(long number, int parameter) {
        long shifted = number + (1L << parameter);
        int bits = Scaled.bitLength(shifted);
        write(0, bits - 1 - parameter);
        write(shifted, bits);
    }

    /** Appends a signed number that is likely small. */
    void writeNumber(long number) {
        writeGolomb(Scaled.zigzag(number), PLAIN_PARAMETER);
    }

    /** Appends the change of the step between times, as a head chunk has it. */
    void writeTime(long change) {
        long folded = Scaled.zigzag(change);
        int bits = TimeCode.bits(folded);
        if (bits <= TimeCode.WORD_BITS_MAX) {
            write(TimeCode.word(folded, bits), bits);
        } else {
            write(0b11111L, 5);
            write(folded, 64);
        }
    }
}
