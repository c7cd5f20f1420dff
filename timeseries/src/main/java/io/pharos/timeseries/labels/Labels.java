package io.pharos.timeseries.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of labels, sorted by name in the order of their UTF-8 bytes. A label with an empty value is the same as no
 * label and is never stored.
 *
 * <p>The canonical bytes are, for each label in order: varint length of the name, the name, varint length of the value, the
 * value, all UTF-8. The series id is a hash of them, so this form is on disk and never changes.
 */
public final class Labels implements Comparable<Labels> {
    /** The label that holds the metric's name. */
    public static final String METRIC_NAME = "__name__";

    /** No label at all. */
    public static final Labels EMPTY = new Labels(new String[0]);

    private final String[] pairs;
    private int hash;

    private Labels(String[] pairs) {
        this.pairs = pairs;
    }

    /** Labels of alternating names and values, in any order; a later value of one name wins. */
    public static Labels of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value: " + Arrays.toString(namesAndValues));
        }
        Builder builder = new Builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** Labels of a map's entries. */
    public static Labels of(Map<String, String> labels) {
        Builder builder = new Builder();
        labels.forEach(builder::set);
        return builder.build();
    }

    /**
     * Labels of alternating names and values that the caller promises are sorted, unique and not empty; takes the array over.
     */
    public static Labels ofSorted(String[] namesAndValues) {
        return namesAndValues.length == 0 ? EMPTY : new Labels(namesAndValues);
    }

    /**
     * Reads the canonical form between two offsets (the end is exclusive).
     *
     * @throws IllegalArgumentException when these bytes are not what {@link #canonicalBytes} makes of any labels
     */
    public static Labels ofCanonicalBytes(byte[] bytes, int from, int to) {
        return CanonicalLabels.read(bytes, from, to);
    }

    /** The number of labels, the metric's name included. */
    public int size() {
        return pairs.length / 2;
    }

    /** The name of the label at a position from 0. */
    public String name(int index) {
        return pairs[2 * index];
    }

    /** The value of the label at a position from 0. */
    public String value(int index) {
        return pairs[2 * index + 1];
    }

    /** The value of a label, or null where there is none. */
    public @Nullable String get(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** The value of a label, or the empty string where there is none. */
    public String valueOf(String name) {
        String value = get(name);
        return value == null ? "" : value;
    }

    /** The metric's name, or the empty string. */
    public String metricName() {
        return valueOf(METRIC_NAME);
    }

    /** Only the labels of these names. */
    public Labels keep(Collection<String> names) {
        return filtered(names, true);
    }

    /** All but the labels of these names. */
    public Labels drop(Collection<String> names) {
        return filtered(names, false);
    }

    private Labels filtered(Collection<String> names, boolean keep) {
        String[] kept = new String[pairs.length];
        int size = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            if (names.contains(pairs[i]) == keep) {
                kept[size++] = pairs[i];
                kept[size++] = pairs[i + 1];
            }
        }
        return size == pairs.length ? this : ofSorted(Arrays.copyOf(kept, size));
    }

    /** These labels with one set (an empty value removes it). */
    public Labels with(String name, String value) {
        int at = 0;
        while (at < pairs.length && compareUtf8(name, pairs[at]) > 0) {
            at += 2;
        }
        boolean present = at < pairs.length && name.equals(pairs[at]);
        if (present ? pairs[at + 1].equals(value) : value.isEmpty()) {
            return this;
        }
        int size = pairs.length + (present ? 0 : 2) - (value.isEmpty() ? 2 : 0);
        String[] changed = new String[size];
        System.arraycopy(pairs, 0, changed, 0, at);
        int after = at;
        if (!value.isEmpty()) {
            changed[after++] = name;
            changed[after++] = value;
        }
        int rest = present ? at + 2 : at;
        System.arraycopy(pairs, rest, changed, after, pairs.length - rest);
        return ofSorted(changed);
    }

    /** A builder that starts from these labels. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        for (int i = 0; i < pairs.length; i += 2) {
            builder.values.put(pairs[i], pairs[i + 1]);
        }
        return builder;
    }

    /** The labels as a map in their order. */
    public Map<String, String> toMap() {
        return new TreeMap<>(toBuilder().values);
    }

    /** The canonical bytes: see the class. */
    public byte[] canonicalBytes() {
        return CanonicalLabels.write(pairs);
    }

    /** Compares by names and values in the order of their UTF-8 bytes, label by label; a prefix comes first. */
    @Override
    public int compareTo(Labels other) {
        int shorter = Math.min(pairs.length, other.pairs.length);
        for (int i = 0; i < shorter; i++) {
            int order = compareUtf8(pairs[i], other.pairs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(pairs.length, other.pairs.length);
    }

    /** Compares two strings in the order of their UTF-8 bytes, which is that of their code points. */
    public static int compareUtf8(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        for (int i = 0; i < shorter; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean aSurrogate = Character.isSurrogate(a);
                boolean bSurrogate = Character.isSurrogate(b);
                if (aSurrogate == bSurrogate) {
                    return Character.compare(a, b);
                }
                return aSurrogate ? 1 : -1; // beyond the basic plane, so above every code point inside it
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Labels labels && Arrays.equals(pairs, labels.pairs);
    }

    @Override
    public int hashCode() {
        int cached = hash;
        if (cached == 0) {
            cached = Arrays.hashCode(pairs);
            hash = cached;
        }
        return cached;
    }

    /** The labels as a selector would write them: {@code name{a="b"}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(metricName());
        String separator = "{";
        for (int i = 0; i < pairs.length; i += 2) {
            if (!pairs[i].equals(METRIC_NAME)) {
                text.append(separator).append(pairs[i]).append("=\"");
                text.append(
                        pairs[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
                text.append('"');
                separator = ", ";
            }
        }
        if (separator.equals(", ")) {
            text.append('}');
        } else if (text.length() == 0) {
            text.append("{}");
        }
        return text.toString();
    }

    /** Gathers labels in any order. */
    public static final class Builder {
        private final TreeMap<String, String> values = new TreeMap<>(UTF8_ORDER);

        /** Sets a label; an empty value removes it. */
        public Builder set(String name, String value) {
            if (value.isEmpty()) {
                values.remove(name);
            } else {
                values.put(name, value);
            }
            return this;
        }

        /** Removes a label. */
        public Builder remove(String name) {
            values.remove(name);
            return this;
        }

        /** The value set so far, or the empty string. */
        public String get(String name) {
            return values.getOrDefault(name, "");
        }

        /** The names set so far, in their order; a copy. */
        public List<String> names() {
            return new ArrayList<>(values.keySet());
        }

        /** The labels gathered. */
        public Labels build() {
            String[] pairs = new String[values.size() * 2];
            int at = 0;
            for (Map.Entry<String, String> entry : values.entrySet()) {
                pairs[at++] = entry.getKey();
                pairs[at++] = entry.getValue();
            }
            return ofSorted(pairs);
        }
    }

    private static final Comparator<String> UTF8_ORDER = Labels::compareUtf8;
}
