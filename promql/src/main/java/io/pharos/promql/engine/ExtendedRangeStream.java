package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.function.Absent;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramSum;
import io.pharos.timeseries.labels.Labels;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * A window begins with the anchor, the last sample at or before its start, and with smoothed it ends with the first sample at or
 * after its end. Anchored takes these samples as they are; smoothed takes the values on the lines at both edges. A reset between
 * two samples counts what was before it, but not where the left edge lies on the line between the two: that line begins at zero.
 */
/** rate, increase, delta, changes and resets of a range with {@code anchored} or {@code smoothed}. */
final class ExtendedRangeStream implements SeriesStream {
    private final RangeStream source;
    private final SelectorTimes at;
    private final long rangeMillis;
    private final long lookbackMillis;
    private final boolean smoothed;
    private final String function;
    private final boolean counter;
    private final Annotations annotations;
    private final Span span;
    private final Consumer<Labels> seen;
    private @Nullable Histogram result;

    ExtendedRangeStream(
            Evaluator.Range range, String function, Evaluation evaluation, Span span, Consumer<Labels> seen) {
        this.annotations = evaluation.annotations();
        this.lookbackMillis = range.lookbackMillis();
        this.source = range.stream();
        this.at = range.at();
        this.rangeMillis = range.rangeMillis();
        this.smoothed = range.extended() == Expr.Extension.SMOOTHED;
        this.function = function;
        this.counter = function.equals("rate") || function.equals("increase");
        this.span = span;
        this.seen = seen;
    }

    @Override
    public @Nullable SeriesBlock next() {
        while (source.next()) {
            int steps = at.steps().count();
            double[] values = SeriesBlock.absent(steps);
            @Nullable Histogram[] histograms = source.histograms() == null ? null : new Histogram[steps];
            boolean numbers = false;
            for (int i = 0; i < steps; i++) {
                result = null;
                values[i] = at(at.at(i) - rangeMillis, at.at(i));
                numbers |= !Absent.is(values[i]);
                if (histograms != null) {
                    histograms[i] = result;
                }
            }
            SeriesBlock block = new SeriesBlock(source.labels(), source.dropName(), values, histograms);
            if (numbers) {
                seen.accept(source.labels());
            }
            if (!block.isEmpty()) {
                return block;
            }
        }
        return null;
    }

    private @Nullable Histogram histogram(int place) {
        @Nullable Histogram[] histograms = source.histograms();
        return histograms == null ? null : histograms[place];
    }

    /** The first place with a time of at least so much. */
    private int firstFrom(long time) {
        int low = 0;
        int high = source.count();
        while (low < high) {
            int middle = low + high >>> 1;
            if (source.times()[middle] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private double at(long start, long end) {
        long[] times = source.times();
        int first = Math.max(firstFrom(start + 1) - 1, 0);
        long earliest = start - lookbackMillis;
        if (first < source.count() && times[first] <= earliest) {
            first++; // an anchor beyond the lookback is none
        }
        int last = smoothed ? firstFrom(end) : firstFrom(end + 1) - 1;
        if (smoothed && (last == source.count() || times[last] > end + lookbackMillis)) {
            last--;
        }
        if (first >= source.count() || last < first || times[last] <= start || times[first] > end) {
            return Absent.VALUE;
        }
        SeriesNotes notes = new SeriesNotes(annotations, source.labels(), span);
        if (function.equals("changes") || function.equals("resets")) {
            return events(first, last);
        }
        for (int i = first + 1; i <= last; i++) {
            if (!Samples.sameKind(histogram(i), histogram(first))) {
                notes.floatsAndHistograms();
                return Absent.VALUE;
            }
        }
        boolean left = smoothed && times[first] < start;
        boolean right = smoothed && times[last] > end && last > first;
        double factor = function.equals("rate") ? 1000.0 / rangeMillis : 1;
        if (histogram(first) == null) {
            return numbers(first, last, left, right, start, end) * factor;
        }
        Histogram change = histograms(first, last, left, right, start, end, notes);
        result = change == null ? null : change.times(factor);
        return Absent.VALUE;
    }

    private double numbers(int first, int last, boolean left, boolean right, long start, long end) {
        long[] times = source.times();
        double[] values = source.values();
        double from = left
                ? Samples.between(
                        values[first], values[first + 1], Samples.share(times[first], times[first + 1], start), counter)
                : values[first];
        double to = right
                ? Samples.between(
                        values[last - 1], values[last], Samples.share(times[last - 1], times[last], end), counter)
                : values[last];
        double change = to - from;
        for (int i = first + (left ? 2 : 1); counter && i <= last; i++) {
            if (values[i] < values[i - 1]) {
                change += values[i - 1];
            }
        }
        return change;
    }

    private @Nullable Histogram histograms(
            int first, int last, boolean left, boolean right, long start, long end, SeriesNotes notes) {
        boolean custom = required(first).isCustom();
        boolean gauge = false;
        for (int i = first; i <= last; i++) {
            if (required(i).isCustom() != custom) {
                notes.exponentialAndCustom();
                return null;
            }
            gauge |= required(i).hint() == CounterResetHint.GAUGE;
        }
        boolean gaugeEdges = required(first).hint() == CounterResetHint.GAUGE
                && required(last).hint() == CounterResetHint.GAUGE;
        if (counter && gauge) {
            notes.noCounter();
        } else if (!counter && !gaugeEdges) {
            notes.noGauge();
        }
        long[] times = source.times();
        Histogram from = left
                ? Samples.between(
                        required(first),
                        required(first + 1),
                        Samples.share(times[first], times[first + 1], start),
                        counter)
                : required(first);
        Histogram to = right
                ? Samples.between(
                        required(last - 1), required(last), Samples.share(times[last - 1], times[last], end), counter)
                : required(last);
        HistogramSum change = new HistogramSum(to);
        boolean reconciled = change.subtract(from);
        for (int i = first + (left ? 2 : 1); counter && i <= last; i++) {
            if (required(i).isResetAfter(required(i - 1))) {
                reconciled |= change.add(required(i - 1));
            }
        }
        if (reconciled) {
            annotations.boundsReconciled("subtraction", span);
        }
        return change.result().withHint(CounterResetHint.GAUGE);
    }

    private Histogram required(int place) {
        Histogram histogram = histogram(place);
        if (histogram == null) {
            throw new IllegalStateException("no histogram at " + source.times()[place]);
        }
        return histogram;
    }

    private double events(int first, int last) {
        boolean resets = function.equals("resets");
        int events = 0;
        for (int i = first + 1; i <= last; i++) {
            Histogram after = histogram(i);
            Histogram before = histogram(i - 1);
            boolean happens;
            if (after == null && before == null) {
                double value = source.values()[i];
                double old = source.values()[i - 1];
                happens = resets ? value < old : value != old && !(Double.isNaN(value) && Double.isNaN(old));
            } else {
                happens = after == null
                        || before == null
                        || (resets ? after.isResetAfter(before) : !after.isSameAs(before));
            }
            events += happens ? 1 : 0;
        }
        return events;
    }

    @Override
    public void close() {
        source.close();
    }
}
