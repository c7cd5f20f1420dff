package io.pharos.promql.engine;

import io.pharos.promql.ast.Span;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.Implementation;
import io.pharos.promql.function.RangeFunction;
import io.pharos.promql.function.RangeWindow;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Slides a function's window over each series once: both ends of the window only move forward. */
final class RangeFunctionStream implements SeriesStream {
    private static final double[] NONE = new double[0];
    private static final long[] NO_TIMES = new long[0];

    /** Windows between two looks whether the query should go on: one window may have a million samples. */
    private static final int LOOK_EVERY = 16;

    private final RangeStream source;
    private final RangeFunction function;
    private final @Nullable RangeFunction ofSamples;
    private final boolean usesStartTimes;
    private final SelectorTimes at;
    private final long rangeMillis;
    private final double[] parameters;
    private final double[] secondParameters;
    private final Consumer<Labels> seen;
    private final Runnable look;
    private final Annotations annotations;
    private final Span span;
    private final RangeWindow window = new RangeWindow();
    private final Floats floats = new Floats();

    /**
     * A stream of a function's values.
     *
     * @param scalars the scalar arguments, a value each step; at most two
     * @param span where the range stands in the query, for what the function notices
     * @param seen told the labels of each series that had a number as its value
     * @param look fails when the query should not go on
     */
    RangeFunctionStream(
            Evaluator.Range range,
            Implementation.OverRange implementation,
            double[][] scalars,
            Annotations annotations,
            Span span,
            Consumer<Labels> seen,
            Runnable look) {
        this.source = range.stream();
        this.function = implementation.create().get();
        this.ofSamples = implementation.ofSamples() == null
                ? null
                : implementation.ofSamples().get();
        this.usesStartTimes = implementation.usesStartTimes();
        this.at = range.at();
        this.rangeMillis = range.rangeMillis();
        this.parameters = scalars.length > 0 ? scalars[0] : NONE;
        this.secondParameters = scalars.length > 1 ? scalars[1] : NONE;
        this.annotations = annotations;
        this.span = span;
        this.seen = seen;
        this.look = look;
    }

    @Override
    public @Nullable SeriesBlock next() {
        while (source.next()) {
            double[] out = SeriesBlock.absent(at.steps().count());
            @Nullable Histogram[] histograms = source.histograms();
            long[] starts = source.startTimes();
            window.notes = new SeriesNotes(annotations, source.labels(), span);
            int found;
            @Nullable Histogram[] histogramsOut = null;
            if (histograms == null && (starts == null || !usesStartTimes)) {
                window.plain();
                found = slide(function, source.times(), source.values(), source.count(), out, null);
            } else if (ofSamples != null) {
                if (histograms == null) {
                    window.plain();
                } else {
                    window.histograms = histograms;
                }
                window.startTimes = starts == null || !usesStartTimes ? NO_TIMES : starts;
                histogramsOut = histograms == null ? null : new Histogram[out.length];
                found = slide(ofSamples, source.times(), source.values(), source.count(), out, histogramsOut);
            } else {
                found = slideFloats(histograms == null ? new Histogram[0] : histograms, out);
            }
            if (found > 0) {
                seen.accept(source.labels());
            }
            if (found > 0 || histogramsOut != null) {
                SeriesBlock block = new SeriesBlock(source.labels(), source.dropName(), out, histogramsOut);
                if (!block.isEmpty()) {
                    return block;
                }
            }
        }
        return null;
    }

    /** The function over the numbers of a series that has histograms too. */
    private int slideFloats(@Nullable Histogram[] histograms, double[] out) {
        window.plain();
        floats.fill(source.times(), source.values(), histograms, source.count());
        tellIgnored(histograms);
        return slide(function, floats.times, floats.values, floats.count, out, null);
    }

    private void tellIgnored(@Nullable Histogram[] histograms) {
        long[] times = source.times();
        int from = 0;
        int to = 0;
        for (int i = 0; i < at.steps().count(); i++) {
            while (to < source.count() && times[to] <= at.at(i)) {
                to++;
            }
            while (from < to && times[from] <= at.at(i) - rangeMillis) {
                from++;
            }
            boolean anyFloat = false;
            boolean anyHistogram = false;
            for (int j = from; j < to && !(anyFloat && anyHistogram); j++) {
                anyFloat |= histograms[j] == null;
                anyHistogram |= histograms[j] != null;
            }
            if (anyFloat && anyHistogram) {
                window.notes.histogramsIgnored();
                return;
            }
        }
    }

    private int slide(
            RangeFunction used,
            long[] times,
            double[] values,
            int count,
            double[] out,
            @Nullable Histogram @Nullable [] histogramsOut) {
        window.times = times;
        window.values = values;
        window.from = 0;
        window.to = 0;
        used.begin(times, values, count);
        int found = 0;
        for (int i = 0; i < out.length; i++) {
            long end = at.at(i);
            long start = end - rangeMillis;
            while (window.to < count && times[window.to] <= end) {
                window.to++;
            }
            while (window.from < window.to && times[window.from] <= start) {
                window.from++;
            }
            if (window.from == window.to) {
                continue;
            }
            if (i % LOOK_EVERY == LOOK_EVERY - 1) {
                look.run();
            }
            window.startMillis = start;
            window.endMillis = end;
            window.stepMillis = at.steps().time(i);
            window.parameter = i < parameters.length ? parameters[i] : Double.NaN;
            window.secondParameter = i < secondParameters.length ? secondParameters[i] : Double.NaN;
            double value = used.at(window);
            out[i] = value;
            if (!Absent.is(value)) {
                found++;
            } else if (histogramsOut != null && window.result != null) {
                histogramsOut[i] = window.result;
                window.result = null;
            }
        }
        return found;
    }

    @Override
    public void close() {
        source.close();
    }

    /** The numbers of a series that has histograms too. */
    private static final class Floats {
        private long[] times = new long[0];
        private double[] values = new double[0];
        private int count;

        void fill(long[] allTimes, double[] allValues, @Nullable Histogram[] histograms, int all) {
            if (times.length < all) {
                times = new long[all];
                values = new double[all];
            }
            count = 0;
            for (int i = 0; i < all; i++) {
                if (histograms[i] == null) {
                    times[count] = allTimes[i];
                    values[count++] = allValues[i];
                }
            }
        }
    }
}
