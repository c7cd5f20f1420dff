package io.pharos.timeseries.chunk;

import java.util.Arrays;

/**
 * Small non-negative numbers in blocks of 64, each block in the shorter of two codes: exp-Golomb with a parameter of its own
 * (a geometric spread, with outliers), or all with the same number of bits (an even spread). Seven bits before each block say
 * which: 0 to 63 is the parameter, 64 to 127 the number of bits plus 64.
 */
final class ResidualBlocks {
    private static final int BLOCK = 64;
    private static final int HEADER_BITS = 7;

    /** So many bits of a look ahead are right. */
    private static final int PEEK_BITS = 57;

    /** Numbers must be below this. */
    static final long LIMIT = 1L << 60;

    private ResidualBlocks() {}

    /** Writes numbers between two indices (the end is exclusive). */
    static void write(long[] numbers, int from, int to, ByteWriter out) {
        for (int block = from; block < to; block += BLOCK) {
            writeBlock(numbers, block, Math.min(to, block + BLOCK), out);
        }
    }

    private static void writeBlock(long[] numbers, int from, int to, ByteWriter out) {
        long all = 0;
        long bitsUsed = 0;
        for (int i = from; i < to; i++) {
            all |= numbers[i];
            bitsUsed += Scaled.bitLength(numbers[i]);
        }
        int width = Scaled.bitLength(all);
        int parameter = 0;
        long best = Long.MAX_VALUE;
        int guess = (int) (bitsUsed / (to - from)); // unlike the mean, hardly moved by an outlier
        for (int candidate = Math.max(0, guess - 1); candidate <= guess + 1; candidate++) {
            long cost = 0;
            for (int i = from; i < to; i++) {
                cost += 2L * Scaled.bitLength(numbers[i] + (1L << candidate)) - 1 - candidate;
            }
            if (cost < best) {
                best = cost;
                parameter = candidate;
            }
        }
        if ((long) width * (to - from) <= best) {
            out.putBits(64 + width, HEADER_BITS);
            for (int i = from; i < to; i++) {
                out.putBits(numbers[i], width);
            }
            return;
        }
        out.putBits(parameter, HEADER_BITS);
        for (int i = from; i < to; i++) {
            long shifted = numbers[i] + (1L << parameter);
            int bits = Scaled.bitLength(shifted);
            out.putBits(0, bits - 1 - parameter);
            out.putBits(shifted, bits);
        }
    }

    /** Reads numbers into places between two indices (the end is exclusive), and leaves the reader after the last byte. */
    static void read(ByteReader in, long[] numbers, int from, int to) {
        long at = in.bitPosition();
        for (int block = from; block < to; block += BLOCK) {
            int end = Math.min(to, block + BLOCK);
            int header = (int) in.bits(at, HEADER_BITS);
            at += HEADER_BITS;
            at = header >= 64
                    ? readPacked(in, at, header - 64, numbers, block, end)
                    : readGolomb(in, at, header, numbers, block, end);
        }
        in.endBits(at);
    }

    private static long readPacked(ByteReader in, long start, int width, long[] numbers, int from, int to) {
        long at = start;
        if (width == 0) {
            Arrays.fill(numbers, from, to, 0);
        } else if (width <= PEEK_BITS) {
            int shift = Long.SIZE - width;
            int many = PEEK_BITS / width;
            int i = from;
            for (; i + many <= to; i += many) {
                long ahead = in.peek(at);
                for (int j = i; j < i + many; j++) {
                    numbers[j] = ahead >>> shift;
                    ahead <<= width;
                }
                at += (long) many * width;
            }
            for (; i < to; i++) {
                numbers[i] = in.peek(at) >>> shift;
                at += width;
            }
        } else {
            for (int i = from; i < to; i++) {
                numbers[i] = in.bits(at, width);
                at += width;
            }
        }
        return at;
    }

    private static long readGolomb(ByteReader in, long start, int parameter, long[] numbers, int from, int to) {
        long at = start;
        long base = 1L << parameter;
        long ahead = in.peek(at);
        int left = PEEK_BITS;
        for (int i = from; i < to; i++) {
            int zeros = Long.numberOfLeadingZeros(ahead);
            int length = 2 * zeros + 1 + parameter;
            if (length > left) {
                ahead = in.peek(at);
                left = PEEK_BITS;
                zeros = Long.numberOfLeadingZeros(ahead);
                length = 2 * zeros + 1 + parameter;
            }
            int bits = zeros + 1 + parameter;
            if (length <= PEEK_BITS) {
                numbers[i] = (ahead << zeros >>> Long.SIZE - bits) - base;
                ahead <<= length;
                left -= length;
            } else if (bits <= Long.SIZE && zeros <= PEEK_BITS) {
                numbers[i] = in.bits(at + zeros, bits) - base;
                left = 0; // what is ahead lies behind now
            } else {
                throw in.corrupt("a number of " + bits + " bits");
            }
            at += length;
        }
        return at;
    }
}
