package io.pharos.sharding.bulk;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The samples of one series with times strictly ascending; of two of one time the first that came stays. Not thread-safe; reused. */
final class SortedRun {
    private long[] times = {};
    private double[] values = {};
    private int from;
    private int to;
    private int repeated;

    /** Looks at samples that lie together; copies them only where they are not in order. */
    void of(long[] allTimes, double[] allValues, int first, int end) {
        repeated = 0;
        boolean ascending = true;
        for (int i = first + 1; i < end && ascending; i++) {
            ascending = allTimes[i] > allTimes[i - 1];
        }
        if (ascending) {
            times = allTimes;
            values = allValues;
            from = first;
            to = end;
            return;
        }
        int[] order = IntStream.range(first, end)
                .boxed()
                .sorted(Comparator.comparingLong(i -> allTimes[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] sortedTimes = new long[order.length];
        double[] sortedValues = new double[order.length];
        int count = 0;
        for (int i : order) {
            if (count > 0 && sortedTimes[count - 1] == allTimes[i]) {
                repeated++;
                continue;
            }
            sortedTimes[count] = allTimes[i];
            sortedValues[count++] = allValues[i];
        }
        times = sortedTimes;
        values = sortedValues;
        from = 0;
        to = count;
    }

    long[] times() {
        return times;
    }

    double[] values() {
        return values;
    }

    int from() {
        return from;
    }

    /** The end, exclusive. */
    int to() {
        return to;
    }

    /** Samples left out because another of their time came first. */
    int repeated() {
        return repeated;
    }

    /** The first place at or after {@code start} whose time is not before a time. */
    int firstNotBefore(long millis) {
        int found = Arrays.binarySearch(times, from, to, millis);
        return found >= 0 ? found : -found - 1;
    }
}
