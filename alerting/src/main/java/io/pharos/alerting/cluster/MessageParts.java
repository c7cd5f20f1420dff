package io.pharos.alerting.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Cuts what would not fit into one message between nodes: Akka would drop a larger one. Pure. */
public final class MessageParts {
    /** With what goes beside it a message stays under 128 KiB. */
    public static final int BYTES_MAX = 64 << 10;

    private static final int BYTES_A_TEXT = 3;

    private MessageParts() {}

    /**
     * The items in their order in lists of at most {@link #BYTES_MAX} bytes, or of one item; one empty list where there is none.
     *
     * @param bytes about what the serializer makes of an item, rather more
     */
    public static <T> List<List<T>> of(List<T> items, ToLongFunction<T> bytes) {
        List<List<T>> parts = new ArrayList<>(1);
        int from = 0;
        long sum = 0;
        for (int i = 0; i < items.size(); i++) {
            long more = bytes.applyAsLong(items.get(i));
            if (sum + more > BYTES_MAX && i > from) {
                parts.add(List.copyOf(items.subList(from, i)));
                from = i;
                sum = 0;
            }
            sum += more;
        }
        parts.add(List.copyOf(items.subList(from, items.size())));
        return parts;
    }

    /** The bytes of labels or annotations. */
    public static long texts(Map<String, String> texts) {
        long bytes = 0;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            bytes += text(text.getKey()) + text(text.getValue());
        }
        return bytes;
    }

    /** The bytes of a text. */
    public static long text(String text) {
        long bytes = (long) BYTES_A_TEXT + text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
        }
        return bytes;
    }
}
