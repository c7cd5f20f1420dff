package io.pharos.timeseries.index;

import io.pharos.timeseries.labels.LabelMatcher;
import java.util.BitSet;

/** What an expression said of single values of a dictionary, each run once. Safe for any thread that holds the index's lock. */
final class CheckedValues {
    /** Values with larger numbers are run each time, which bounds what this takes to 16 KiB. */
    private static final int NUMBERS_MAX = 64 * 1024;

    private final LabelMatcher matcher;
    private final LabelDictionary dictionary;
    private final long recycled;
    private final BitSet known = new BitSet();
    private final BitSet matched = new BitSet();

    CheckedValues(LabelMatcher matcher, LabelDictionary dictionary) {
        this.matcher = matcher;
        this.dictionary = dictionary;
        this.recycled = dictionary.recycled;
    }

    /** Whether numbers still stand for the values they stood for. */
    boolean isCurrent(LabelDictionary now) {
        return dictionary == now && recycled == now.recycled;
    }

    /** Whether the value of a number satisfies the matcher. */
    synchronized boolean matches(int number) {
        if (number >= NUMBERS_MAX) {
            return matcher.matches(dictionary.value(number));
        }
        if (!known.get(number)) {
            matched.set(number, matcher.matches(dictionary.value(number)));
            known.set(number);
        }
        return matched.get(number);
    }
}
