package io.pharos.sharding.format;

import io.pharos.timeseries.labels.LabelMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How selectors, lists of matchers, are written in messages and masks (docs/format/messages.md). */
public final class Selectors {
    private Selectors() {}

    /** Writes selectors. */
    public static void write(ByteWriter out, List<List<LabelMatcher>> selectors) {
        out.writeVarint(selectors.size());
        for (List<LabelMatcher> matchers : selectors) {
            out.writeVarint(matchers.size());
            for (LabelMatcher matcher : matchers) {
                out.writeByte(code(matcher.type()));
                out.writeBlock(matcher.name().getBytes(StandardCharsets.UTF_8));
                out.writeBlock(matcher.value().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /**
     * Reads what {@link #write} wrote; throws {@link CorruptBlobException} where it is something else.
     *
     * @param textBytesMax of a name or a value
     */
    public static List<List<LabelMatcher>> read(ByteReader in, int textBytesMax) {
        int count = in.readCount(in.remaining());
        List<List<LabelMatcher>> selectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int size = in.readCount(in.remaining());
            List<LabelMatcher> matchers = new ArrayList<>(size);
            for (int j = 0; j < size; j++) {
                matchers.add(LabelMatcher.of(type(in.readByte()), text(in, textBytesMax), text(in, textBytesMax)));
            }
            selectors.add(matchers);
        }
        return selectors;
    }

    private static String text(ByteReader in, int bytesMax) {
        int length = in.readCount(Math.min(bytesMax, in.remaining()));
        int from = in.skip(length);
        return new String(in.array(), from, length, StandardCharsets.UTF_8);
    }

    /** The numbers that stand for operators; they never change their meaning. */
    private static int code(LabelMatcher.Type type) {
        return switch (type) {
            case EQUAL -> 0;
            case NOT_EQUAL -> 1;
            case REGEX -> 2;
            case NOT_REGEX -> 3;
        };
    }

    private static LabelMatcher.Type type(int code) {
        return switch (code) {
            case 0 -> LabelMatcher.Type.EQUAL;
            case 1 -> LabelMatcher.Type.NOT_EQUAL;
            case 2 -> LabelMatcher.Type.REGEX;
            case 3 -> LabelMatcher.Type.NOT_REGEX;
            default -> throw new CorruptBlobException("a matcher " + code + " that is not known");
        };
    }
}
