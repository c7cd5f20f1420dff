package io.pharos.timeseries.index;

import io.pharos.timeseries.labels.LabelMatcher;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which values the expressions of recent queries matched; bounded by entries and by numbers kept. Safe for any thread. */
final class MatchCache {
    private final int entriesMax;
    private final int numbersMax;
    private final int checkedMax;
    private final LinkedHashMap<LabelMatcher, Matched> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final LinkedHashMap<LabelMatcher, CheckedValues> checked = new LinkedHashMap<>(16, 0.75f, true);
    private int numbers;

    private MatchCache(int entriesMax, int numbersMax, int checkedMax) {
        this.entriesMax = entriesMax;
        this.numbersMax = numbersMax;
        this.checkedMax = checkedMax;
    }

    /** For an index that many ask. */
    static MatchCache large() {
        return new MatchCache(64, 64 * 1024, 16);
    }

    /** For one of many indices of a few questions each. */
    static MatchCache small() {
        return new MatchCache(2, 4 * 1024, 2);
    }

    /**
     * What an expression matched in a dictionary.
     *
     * @param numbers the values it matched, of those below {@code seen}
     * @param seen how many numbers had been handed out
     * @param recycled the dictionary's {@link LabelDictionary#recycled} then: another one means this is out of date
     */
    record Matched(LabelDictionary dictionary, int[] numbers, int seen, long recycled) {
        boolean isCurrent(LabelDictionary now) {
            return dictionary == now && recycled == now.recycled;
        }
    }

    synchronized @Nullable Matched get(LabelMatcher matcher) {
        return entries.get(matcher);
    }

    /** What an expression said of single values so far; to be asked while the index is locked. */
    synchronized CheckedValues checked(LabelMatcher matcher, LabelDictionary dictionary) {
        CheckedValues known = checked.get(matcher);
        if (known == null || !known.isCurrent(dictionary)) {
            known = new CheckedValues(matcher, dictionary);
            checked.put(matcher, known);
            if (checked.size() > checkedMax) {
                checked.remove(checked.keySet().iterator().next());
            }
        }
        return known;
    }

    synchronized void put(LabelMatcher matcher, Matched matched) {
        Matched before = entries.put(matcher, matched);
        numbers += matched.numbers.length - (before == null ? 0 : before.numbers.length);
        Iterator<Map.Entry<LabelMatcher, Matched>> oldest = entries.entrySet().iterator();
        while (entries.size() > entriesMax || numbers > numbersMax && entries.size() > 1) {
            numbers -= oldest.next().getValue().numbers.length;
            oldest.remove();
        }
    }

    /**
     * Runs a matcher's expression over values that may be replaced meanwhile.
     *
     * @param before what it matched of the values seen then; null to start afresh
     */
    static Matched run(
            LabelMatcher matcher,
            LabelDictionary dictionary,
            @Nullable String[] values,
            int used,
            long recycled,
            @Nullable Matched before) {
        int[] found = before == null ? new int[16] : before.numbers;
        int count = before == null ? 0 : found.length;
        for (int number = before == null ? 0 : before.seen; number < used; number++) {
            String value = values[number];
            if (value != null && matcher.patternMatches(value)) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, count + (count >> 1) + 4);
                }
                found[count++] = number;
            }
        }
        int[] exact = count == found.length ? found : Arrays.copyOf(found, count);
        return new Matched(dictionary, exact, used, recycled);
    }
}
