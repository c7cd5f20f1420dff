package io.pharos.simulation.load;

import java.util.Arrays;

/**
 * A snappy block of bytes with holes: stretches whose content comes later. A hole is always part of a literal, and no copy
 * refers to it, so its bytes stand at a known place of the compressed form.
 */
final class SnappyWithHoles {
    private static final int HASH_BITS = 14;
    private static final int MATCH_MIN = 4;
    private static final int COPY_MAX = 64;
    private static final int DISTANCE_MAX = 65_535;

    private final byte[] input;
    private final int inputLength;
    private final boolean[] hole;
    private final int[] holeStarts;
    private final int[] compressedHoles;
    private final Output out;
    private int holesDone;

    /** Compresses the first bytes of an array; the holes are in ascending order and do not touch. */
    SnappyWithHoles(byte[] input, int inputLength, int[] holeStarts, int holeBytes) {
        this.input = input;
        this.inputLength = inputLength;
        this.holeStarts = holeStarts;
        this.compressedHoles = new int[holeStarts.length];
        this.hole = new boolean[inputLength + MATCH_MIN];
        for (int start : holeStarts) {
            Arrays.fill(hole, start, start + holeBytes, true);
        }
        this.out = new Output(inputLength / 2);
        compress();
    }

    byte[] compressed() {
        return Arrays.copyOf(out.bytes, out.length);
    }

    int[] compressedHoles() {
        return compressedHoles;
    }

    private void compress() {
        out.putVarint(inputLength);
        int[] table = new int[1 << HASH_BITS];
        Arrays.fill(table, -1);
        int literalFrom = 0;
        int at = 0;
        while (at + MATCH_MIN <= inputLength) {
            int candidate = enter(table, at);
            int length = candidate < 0 || at - candidate > DISTANCE_MAX ? 0 : matchLength(candidate, at);
            if (length < MATCH_MIN) {
                at++;
                continue;
            }
            literal(literalFrom, at);
            copy(at - candidate, length);
            for (int inside = at + 1; inside < at + length && inside + MATCH_MIN <= inputLength; inside++) {
                enter(table, inside);
            }
            at += length;
            literalFrom = at;
        }
        literal(literalFrom, inputLength);
    }

    private int enter(int[] table, int at) {
        int four =
                (input[at] & 0xff) | (input[at + 1] & 0xff) << 8 | (input[at + 2] & 0xff) << 16 | input[at + 3] << 24;
        int slot = (four * 0x1e35a7bd) >>> (32 - HASH_BITS);
        int before = table[slot];
        table[slot] = at;
        return before;
    }

    private int matchLength(int from, int at) {
        int length = 0;
        while (at + length < inputLength
                && !hole[at + length]
                && !hole[from + length]
                && input[from + length] == input[at + length]) {
            length++;
        }
        return length;
    }

    private void literal(int from, int to) {
        int length = to - from;
        if (length == 0) {
            return;
        }
        int rest = length - 1;
        if (rest < 60) {
            out.put(rest << 2);
        } else if (rest < 1 << 8) {
            out.put(60 << 2);
            out.put(rest);
        } else if (rest < 1 << 16) {
            out.put(61 << 2);
            out.put(rest);
            out.put(rest >>> 8);
        } else {
            out.put(62 << 2);
            out.put(rest);
            out.put(rest >>> 8);
            out.put(rest >>> 16);
        }
        while (holesDone < holeStarts.length && holeStarts[holesDone] < to) {
            compressedHoles[holesDone] = out.length + holeStarts[holesDone] - from;
            holesDone++;
        }
        out.put(input, from, length);
    }

    private void copy(int distance, int length) {
        int left = length;
        while (left > 0) {
            int part = Math.min(left, COPY_MAX);
            if (part >= 4 && part <= 11 && distance < 2048) {
                out.put(1 | (part - 4) << 2 | distance >>> 8 << 5);
                out.put(distance);
            } else {
                out.put(2 | (part - 1) << 2);
                out.put(distance);
                out.put(distance >>> 8);
            }
            left -= part;
        }
    }
}
