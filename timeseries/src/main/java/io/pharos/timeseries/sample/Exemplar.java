package io.pharos.timeseries.sample;

import io.pharos.timeseries.labels.Labels;

/**
 * One measurement that stands for others of its series, with labels that say where it came from: a trace, most often.
 *
 * @param labels of the exemplar, not of its series; may be empty
 * @param timestampMillis milliseconds since 1970
 * @param timed whether the time is its own; else it is that of the sample it came with, and says nothing about which exemplar it is
 */
public record Exemplar(Labels labels, double value, long timestampMillis, boolean timed) {
    /** What labels and their values may have together, in characters (code points), as OpenMetrics has it. */
    public static final int LABEL_CHARACTERS_MAX = 128;

    /** Whether the other is the same one, shown again. */
    public boolean isRepeatedBy(Exemplar other) {
        return timed == other.timed
                && (!timed || timestampMillis == other.timestampMillis)
                && Double.doubleToLongBits(value) == Double.doubleToLongBits(other.value)
                && labels.equals(other.labels);
    }

    /** The characters of all names and values. */
    public static int characters(Labels labels) {
        int characters = 0;
        for (int i = 0; i < labels.size(); i++) {
            String name = labels.name(i);
            String value = labels.value(i);
            characters += name.codePointCount(0, name.length()) + value.codePointCount(0, value.length());
        }
        return characters;
    }
}
