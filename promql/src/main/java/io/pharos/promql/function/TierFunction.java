package io.pharos.promql.function;

import io.pharos.timeseries.rollup.RollupColumn;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a function of a range is computed where samples are there only as points of a roll-up.
 *
 * @param column what of the points it reads
 * @param create a fresh instance for each walk over series
 * @param ofSamples the same for series with histograms, or null where those are left out
 * @param window which points its windows have
 * @param scaled whether the value of a window that had to be widened is multiplied by the share that was asked for
 */
public record TierFunction(
        RollupColumn column,
        Supplier<RangeFunction> create,
        @Nullable Supplier<RangeFunction> ofSamples,
        Window window,
        boolean scaled) {

    /** The points of a window. */
    public enum Window {
        /** Those in it; it is an interval at least. */
        POINTS,
        /** Those in it, two at least: it is two intervals at least. */
        TWO_POINTS,
        /** Those in it and the one at its very start: two intervals at least, or one where its end is a point. */
        CHANGES,
        /** As many as whole intervals: it is widened to the next multiple. */
        WHOLE;

        /**
         * The length that a window gets.
         *
         * @param onPoints whether it ends with a point
         */
        public long widened(long rangeMillis, long resolutionMillis, boolean onPoints) {
            return switch (this) {
                case POINTS -> Math.max(rangeMillis, resolutionMillis);
                case TWO_POINTS -> Math.max(rangeMillis, 2 * resolutionMillis);
                case CHANGES -> Math.max(rangeMillis, onPoints ? resolutionMillis : 2 * resolutionMillis);
                case WHOLE -> -Math.floorDiv(-rangeMillis, resolutionMillis) * resolutionMillis;
            };
        }
    }

    /** Of a function by its name, which raw samples compute as given. */
    public static TierFunction of(String name, Implementation.OverRange raw) {
        return switch (name) {
            case "rate" ->
                growth(RollupColumn.COUNTER, () -> new TierRate(true, true), new SampleRate(true, true), false);
            case "increase" ->
                growth(RollupColumn.COUNTER, () -> new TierRate(true, false), new SampleRate(true, false), true);
            case "delta" ->
                growth(RollupColumn.LAST, () -> new TierRate(false, false), new SampleRate(false, false), true);
            case "irate" -> as(raw, RollupColumn.COUNTER, Window.TWO_POINTS);
            case "idelta", "deriv", "predict_linear", "double_exponential_smoothing" ->
                as(raw, RollupColumn.LAST, Window.TWO_POINTS);
            case "resets" ->
                new TierFunction(
                        RollupColumn.RESETS,
                        () -> window -> window.values[window.to - 1] - window.values[window.from],
                        raw.ofSamples(),
                        Window.CHANGES,
                        false);
            case "changes" -> as(raw, RollupColumn.LAST, Window.CHANGES);
            case "sum_over_time" ->
                new TierFunction(RollupColumn.SUM, raw.create(), raw.ofSamples(), Window.WHOLE, true);
            case "count_over_time" ->
                new TierFunction(
                        RollupColumn.COUNT,
                        () -> new SumFunction(false),
                        () -> new SumFunction(false),
                        Window.WHOLE,
                        true);
            case "avg_over_time" ->
                new TierFunction(RollupColumn.SUM, TierMean::new, TierMean::new, Window.POINTS, false);
            case "min_over_time", "ts_of_min_over_time" -> as(raw, RollupColumn.MIN, Window.POINTS);
            case "max_over_time", "ts_of_max_over_time" -> as(raw, RollupColumn.MAX, Window.POINTS);
            default -> as(raw, RollupColumn.LAST, Window.POINTS);
        };
    }

    /** Whether points that are short enough give what raw samples give, so that those need not be fetched from where they are dear. */
    public static boolean isAsGood(String name) {
        return switch (name) {
            case "rate",
                    "increase",
                    "delta",
                    "resets",
                    "sum_over_time",
                    "count_over_time",
                    "avg_over_time",
                    "min_over_time",
                    "max_over_time",
                    "last_over_time",
                    "present_over_time",
                    "absent_over_time" -> true;
            default -> false;
        };
    }

    private static TierFunction growth(
            RollupColumn column, Supplier<RangeFunction> create, SampleRate ofHistograms, boolean scaled) {
        return new TierFunction(column, create, () -> ofHistograms, Window.CHANGES, scaled);
    }

    private static TierFunction as(Implementation.OverRange raw, RollupColumn column, Window window) {
        return new TierFunction(column, raw.create(), raw.ofSamples(), window, false);
    }
}
