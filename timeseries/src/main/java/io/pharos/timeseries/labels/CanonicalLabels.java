package io.pharos.timeseries.labels;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The canonical bytes of labels, written and strictly read; drawn in docs/format/series-id.md. */
final class CanonicalLabels {
    private static final char REPLACEMENT = '\uFFFD';

    private CanonicalLabels() {}

    static byte[] write(String[] pairs) {
        byte[][] texts = new byte[pairs.length][];
        int size = 0;
        for (int i = 0; i < pairs.length; i++) {
            texts[i] = pairs[i].getBytes(StandardCharsets.UTF_8);
            size += texts[i].length + varintBytes(texts[i].length);
        }
        byte[] bytes = new byte[size];
        int at = 0;
        for (byte[] text : texts) {
            int rest = text.length;
            while (rest > 0x7f) {
                bytes[at++] = (byte) (rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            bytes[at++] = (byte) rest;
            System.arraycopy(text, 0, bytes, at, text.length);
            at += text.length;
        }
        return bytes;
    }

    private static int varintBytes(int number) {
        return number < 1 << 7 ? 1 : number < 1 << 14 ? 2 : number < 1 << 21 ? 3 : number < 1 << 28 ? 4 : 5;
    }

    static Labels read(byte[] bytes, int from, int to) {
        List<String> pairs = new ArrayList<>(16);
        int at = from;
        int lastName = from;
        int lastNameEnd = from;
        while (at < to) {
            int length = 0;
            int shift = 0;
            int read;
            do {
                if (at >= to || shift > 28) {
                    throw new IllegalArgumentException("canonical labels end inside a length at byte " + (at - from));
                }
                read = bytes[at++];
                length |= (read & 0x7f) << shift;
                shift += 7;
            } while (read < 0);
            if (length < 0 || length > to - at) {
                throw new IllegalArgumentException("canonical labels end inside a string at byte " + (at - from));
            }
            boolean isName = pairs.size() % 2 == 0;
            if (isName) {
                if (!pairs.isEmpty()
                        && Arrays.compareUnsigned(bytes, lastName, lastNameEnd, bytes, at, at + length) >= 0) {
                    throw new IllegalArgumentException("label names are not ascending at byte " + (at - from));
                }
                lastName = at;
                lastNameEnd = at + length;
            } else if (length == 0) {
                throw new IllegalArgumentException("the label " + pairs.get(pairs.size() - 1) + " has an empty value");
            }
            pairs.add(text(bytes, at, length, from));
            at += length;
        }
        if (pairs.size() % 2 != 0) {
            throw new IllegalArgumentException("canonical labels end with a name that has no value");
        }
        return Labels.ofSorted(pairs.toArray(String[]::new));
    }

    private static String text(byte[] bytes, int at, int length, int from) {
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        // The decoder replaces what is no UTF-8, so only a text with a replacement needs a second look.
        if (text.indexOf(REPLACEMENT) >= 0
                && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, at, at + length))) {
            throw new IllegalArgumentException("a label string is not UTF-8 at byte " + (at - from));
        }
        return text;
    }
}
