package io.pharos.sharding.past;

import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import it.unimi.dsi.fastutil.ints.Int2IntMap;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.time.YearMonth;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * A month of one shard: the series that its live index did not have when the month was read, found by their labels, and on which
 * days each series of the month lived, those of the live index too. Immutable; any thread.
 */
public final class PastMonth {
    private final YearMonth month;
    private final LabelIndex gone;
    private final long[] high;
    private final long[] low;
    private final long[] metrics;
    private final int[] days;
    private final Int2IntOpenHashMap liveDays;
    private final int refsKnown;

    /** Takes over what a load gathered; a day of the month is a bit, the first the lowest. */
    PastMonth(
            YearMonth month,
            LabelIndex gone,
            long[] high,
            long[] low,
            long[] metrics,
            int[] days,
            Int2IntOpenHashMap liveDays,
            int refsKnown) {
        this.month = month;
        this.gone = gone;
        this.high = high;
        this.low = low;
        this.metrics = metrics;
        this.days = days;
        this.liveDays = liveDays;
        this.refsKnown = refsKnown;
    }

    /** Takes a series. */
    @FunctionalInterface
    public interface Visitor {
        /** A series that is not in the live index, or came back to it after the month was read. */
        void series(SeriesId id, long metricHash, Labels labels);
    }

    /** The month's days between two UTC days (since 1970), both inclusive, as bits. */
    static int bits(YearMonth month, long fromDay, long toDay) {
        long first = month.atDay(1).toEpochDay();
        long from = Math.max(0, fromDay - first);
        long to = Math.min(month.lengthOfMonth() - 1L, toDay - first);
        return from > to ? 0 : (int) ((1L << to + 1) - (1L << from));
    }

    /** Visits the series without a place in the live index that satisfy all matchers and lived between two UTC days, both inclusive. */
    public void gone(List<LabelMatcher> matchers, long fromDay, long toDay, Visitor visitor) {
        int wanted = bits(month, fromDay, toDay);
        for (int at : gone.select(matchers)) {
            if ((days[at] & wanted) != 0) {
                visitor.series(new SeriesId(high[at], low[at]), metrics[at], labels(at));
            }
        }
    }

    private Labels labels(int at) {
        Labels labels = gone.labels(at);
        if (labels == null) {
            throw new IllegalStateException("series " + at + " of " + month + " has no labels");
        }
        return labels;
    }

    /** Adds the label names of the series that {@link #gone} visits. */
    public void names(List<LabelMatcher> matchers, long fromDay, long toDay, Collection<String> into) {
        if (isWhole(fromDay, toDay)) {
            into.addAll(gone.labelNames(matchers));
            return;
        }
        gone(matchers, fromDay, toDay, (id, metric, labels) -> {
            for (int i = 0; i < labels.size(); i++) {
                into.add(labels.name(i));
            }
        });
    }

    /** Adds the values that a label has in the series that {@link #gone} visits. */
    public void values(String label, List<LabelMatcher> matchers, long fromDay, long toDay, Collection<String> into) {
        if (isWhole(fromDay, toDay)) {
            into.addAll(gone.labelValues(label, matchers));
            return;
        }
        gone(matchers, fromDay, toDay, (id, metric, labels) -> {
            String value = labels.get(label);
            if (value != null) {
                into.add(value);
            }
        });
    }

    private boolean isWhole(long fromDay, long toDay) {
        return fromDay <= month.atDay(1).toEpochDay()
                && toDay >= month.atEndOfMonth().toEpochDay();
    }

    /** Sets the refs of the series of the live index that lived between two UTC days, both inclusive. */
    public void alive(long fromDay, long toDay, BitSet refs) {
        int wanted = bits(month, fromDay, toDay);
        for (Int2IntMap.Entry each : liveDays.int2IntEntrySet()) {
            if ((each.getIntValue() & wanted) != 0) {
                refs.set(each.getIntKey());
            }
        }
    }

    /** The live index was looked at up to this ref, exclusive: one from here on may be a series that is among the gone ones. */
    public int refsKnown() {
        return refsKnown;
    }
}
