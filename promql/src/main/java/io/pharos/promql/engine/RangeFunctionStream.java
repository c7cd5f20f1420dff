package io.pharos.promql.engine;

import io.pharos.promql.function.Absent;
import io.pharos.promql.function.RangeFunction;
import io.pharos.promql.function.RangeWindow;
import io.pharos.timeseries.labels.Labels;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Slides a function's window over each series once: both ends of the window only move forward. */
final class RangeFunctionStream implements SeriesStream {
    private static final double[] NONE = new double[0];

    private final RangeStream source;
    private final RangeFunction function;
    private final SelectorTimes at;
    private final long rangeMillis;
    private final double[] parameters;
    private final double[] secondParameters;
    private final BiConsumer<Labels, Integer> seen;
    private final RangeWindow window = new RangeWindow();

    /**
     * A stream of a function's values.
     *
     * @param scalars the scalar arguments, a value each step; at most two
     * @param seen told the labels of each series that has a value, and how many values it has
     */
    RangeFunctionStream(
            RangeStream source,
            RangeFunction function,
            SelectorTimes at,
            long rangeMillis,
            double[][] scalars,
            BiConsumer<Labels, Integer> seen) {
        this.source = source;
        this.function = function;
        this.at = at;
        this.rangeMillis = rangeMillis;
        this.parameters = scalars.length > 0 ? scalars[0] : NONE;
        this.secondParameters = scalars.length > 1 ? scalars[1] : NONE;
        this.seen = seen;
    }

    @Override
    public @Nullable SeriesBlock next() {
        while (source.next()) {
            double[] out = SeriesBlock.absent(at.steps().count());
            int found = slide(out);
            if (found > 0) {
                seen.accept(source.labels(), found);
                return new SeriesBlock(source.labels(), source.dropName(), out);
            }
        }
        return null;
    }

    private int slide(double[] out) {
        long[] times = source.times();
        int count = source.count();
        window.times = times;
        window.values = source.values();
        window.from = 0;
        window.to = 0;
        function.begin(times, source.values(), count);
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
            window.startMillis = start;
            window.endMillis = end;
            window.stepMillis = at.steps().time(i);
            window.parameter = i < parameters.length ? parameters[i] : Double.NaN;
            window.secondParameter = i < secondParameters.length ? secondParameters[i] : Double.NaN;
            double value = function.at(window);
            out[i] = value;
            if (!Absent.is(value)) {
                found++;
            }
        }
        return found;
    }

    @Override
    public void close() {
        source.close();
    }
}
