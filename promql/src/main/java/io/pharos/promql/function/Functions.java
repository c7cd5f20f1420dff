package io.pharos.promql.function;

import static io.pharos.promql.ast.ValueType.MATRIX;
import static io.pharos.promql.ast.ValueType.SCALAR;
import static io.pharos.promql.ast.ValueType.STRING;
import static io.pharos.promql.ast.ValueType.VECTOR;

import io.pharos.promql.ast.ValueType;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The table of all functions of the language: name, types of arguments and result, how each is computed, and the rule it follows. A
 * rule says what a reader of the language has to know: what becomes of histograms, when there is no value, what labels stay. Names go
 * unless the rule says that they stay.
 */
public final class Functions {
    private static final String EACH = "each number by itself; histograms are left out";
    private static final String DATE =
            "of each number as seconds since 1970 in UTC, of the evaluation time where no vector is given";
    private static final String EXTRAPOLATED =
            "first to last sample with resets made good, extrapolated towards the window's edges, not below zero of a counter;"
                    + " two samples or no value; histograms too";
    private static final String LAST_TWO = "of the last two samples, which must be of one kind; histograms too";
    private static final String NUMBERS =
            "of the numbers in the window; histograms are left out, with an info where both are there";
    private static final String EVENTS =
            "how often it happens from sample to sample, between kinds too; histograms too";
    private static final String NATIVE = "of native histograms; numbers are left out";
    private static final String ORDER = "the same series in another order, names stay; of no effect in a range query";
    private static final String OF_SERIES = "of times alone, so of any sample; in seconds";
    private static final String OF_QUERY = "the same at every step, of the query's times; in seconds";

    /** What Prometheus keeps behind its flag promql-experimental-functions. */
    private static final Set<String> EXPERIMENTAL = Set.of(
            "double_exponential_smoothing",
            "end",
            "histogram_quantiles",
            "info",
            "mad_over_time",
            "max_of",
            "min_of",
            "range",
            "sort_by_label",
            "sort_by_label_desc",
            "start",
            "start_timestamp",
            "step",
            "ts_of_first_over_time",
            "ts_of_last_over_time",
            "ts_of_max_over_time",
            "ts_of_min_over_time");

    private static final Map<String, FunctionDefinition> TABLE = new TreeMap<>();

    static {
        // Each value by itself.
        perValue("abs", Math::abs);
        perValue("ceil", Math::ceil);
        perValue("floor", Math::floor);
        perValue("exp", Math::exp);
        perValue("sqrt", Math::sqrt);
        perValue("ln", Math::log);
        perValue("log2", MathFunctions::log2);
        perValue("log10", Math::log10);
        perValue("sgn", MathFunctions::sign);
        perValue("deg", v -> v * 180 / Math.PI);
        perValue("rad", v -> v * Math.PI / 180);
        perValue("acos", Math::acos);
        perValue("acosh", MathFunctions::acosh);
        perValue("asin", Math::asin);
        perValue("asinh", MathFunctions::asinh);
        perValue("atan", Math::atan);
        perValue("atanh", MathFunctions::atanh);
        perValue("cos", Math::cos);
        perValue("cosh", Math::cosh);
        perValue("sin", Math::sin);
        perValue("sinh", Math::sinh);
        perValue("tan", Math::tan);
        perValue("tanh", Math::tanh);
        perValueWith(
                "clamp",
                "each number into the bounds, nothing at all where the lower is above the upper; histograms are left out",
                MathFunctions::clamp,
                0,
                VECTOR,
                SCALAR,
                SCALAR);
        perValueWith("clamp_max", EACH, (v, max, none) -> Math.min(v, max), 0, VECTOR, SCALAR);
        perValueWith("clamp_min", EACH, (v, min, none) -> Math.max(v, min), 0, VECTOR, SCALAR);
        perValueWith(
                "round",
                "to the nearest multiple of the second argument, of 1 without it, halves up; histograms are left out",
                MathFunctions::round,
                1,
                VECTOR,
                SCALAR);

        // Parts of the date that a value in seconds is, in UTC.
        ofDate("year", DateFunctions::year);
        ofDate("month", DateFunctions::month);
        ofDate("day_of_month", DateFunctions::dayOfMonth);
        ofDate("day_of_week", DateFunctions::dayOfWeek);
        ofDate("day_of_year", DateFunctions::dayOfYear);
        ofDate("days_in_month", DateFunctions::daysInMonth);
        ofDate("hour", DateFunctions::hour);
        ofDate("minute", DateFunctions::minute);

        // Counters and gauges over a range.
        counter(
                "rate",
                EXTRAPOLATED + "; by second; warns of what is no counter",
                () -> new ExtrapolatedRate(true, true),
                () -> new SampleRate(true, true),
                true);
        counter(
                "increase",
                EXTRAPOLATED + "; warns of what is no counter",
                () -> new ExtrapolatedRate(true, false),
                () -> new SampleRate(true, false),
                true);
        counter(
                "delta",
                "as increase, without resets; for gauges",
                () -> new ExtrapolatedRate(false, false),
                () -> new SampleRate(false, false),
                false);
        counter(
                "irate",
                LAST_TWO + "; by second, a fall is a reset",
                () -> new InstantRate(true),
                () -> new SampleInstantRate(true),
                true);
        counter(
                "idelta",
                LAST_TWO + "; for gauges",
                () -> new InstantRate(false),
                () -> new SampleInstantRate(false),
                false);
        counter(
                "resets",
                EVENTS,
                () -> new CountingFunction(CountingFunction.Event.RESET),
                () -> new SampleEvents(CountingFunction.Event.RESET),
                true);
        counter(
                "changes",
                EVENTS,
                () -> new CountingFunction(CountingFunction.Event.CHANGE),
                () -> new SampleEvents(CountingFunction.Event.CHANGE),
                false);
        overRange(
                "deriv",
                "slope of the least squares by second, two numbers or no value; histograms are left out, with an info",
                () -> new LinearRegression(false));
        add(
                "predict_linear",
                "the line of deriv so many seconds after the evaluation time",
                range(() -> new LinearRegression(true)),
                0,
                VECTOR,
                MATRIX,
                SCALAR);
        add(
                "double_exponential_smoothing",
                "Holt's smoothing with factors of level and trend inside (0, 1); two numbers or no value",
                range(DoubleExponentialSmoothing::new),
                0,
                VECTOR,
                MATRIX,
                SCALAR,
                SCALAR);

        // Aggregates over a range.
        counter(
                "avg_over_time",
                "mean with compensated sums, step by step where those overflow; of histograms where all are",
                () -> new SumFunction(true),
                () -> new SampleSum(true),
                false);
        counter(
                "sum_over_time",
                "compensated sum; of histograms where all are",
                () -> new SumFunction(false),
                () -> new SampleSum(false),
                false);
        overRange("min_over_time", NUMBERS + "; NaN only where all are", () -> new ExtremeFunction(false, false));
        overRange("max_over_time", NUMBERS + "; NaN only where all are", () -> new ExtremeFunction(true, false));
        anySample("count_over_time", "how many samples of any kind", () -> RangeWindow::count);
        anySample("present_over_time", "1 where there is any sample", () -> w -> 1);
        overRange("stddev_over_time", NUMBERS + "; of the population", () -> new VarianceFunction(true));
        overRange("stdvar_over_time", NUMBERS + "; of the population", () -> new VarianceFunction(false));
        overRange(
                "mad_over_time",
                NUMBERS + "; the median distance from the median",
                QuantileFunction.MedianDeviation::new);
        anySample("ts_of_first_over_time", OF_SERIES, () -> w -> w.times[w.from] / 1000.0);
        anySample("ts_of_last_over_time", OF_SERIES, () -> w -> w.times[w.to - 1] / 1000.0);
        overRange(
                "ts_of_min_over_time",
                NUMBERS + "; when the last of the smallest was",
                () -> new ExtremeFunction(false, true));
        overRange(
                "ts_of_max_over_time",
                NUMBERS + "; when the last of the largest was",
                () -> new ExtremeFunction(true, true));
        oneSample(
                "first_over_time",
                "the oldest sample of any kind; the name stays",
                () -> w -> w.values[w.from],
                () -> w -> Functions.sample(w, w.from));
        oneSample(
                "last_over_time",
                "the newest sample of any kind; the name stays",
                () -> w -> w.values[w.to - 1],
                () -> w -> Functions.sample(w, w.to - 1));
        add(
                "quantile_over_time",
                NUMBERS + "; rank q(n-1), linear between two; outside 0..1 an infinity and a warning",
                range(QuantileFunction::new),
                0,
                VECTOR,
                SCALAR,
                MATRIX);

        // What the engine does itself: labels, order, times, several series at once.
        byEngine("absent", "1 where the vector is empty, with the labels of its matchers of equality", VECTOR, VECTOR);
        byEngine(
                "absent_over_time",
                "1 where no window has a sample, with the labels of its matchers of equality",
                VECTOR,
                MATRIX);
        byEngine("scalar", "the number of a vector of one, else NaN; histograms do not count", SCALAR, VECTOR);
        byEngine("vector", "the number without labels", VECTOR, SCALAR);
        byEngine("time", "the evaluation time in seconds", SCALAR);
        byEngine("pi", "the number", SCALAR);
        byEngine("start", OF_QUERY, SCALAR);
        byEngine("end", OF_QUERY, SCALAR);
        byEngine("step", OF_QUERY, SCALAR);
        byEngine("range", OF_QUERY + "; end less start", SCALAR);
        byEngine("min_of", "the smaller; NaN where one is", SCALAR, SCALAR, SCALAR);
        byEngine("max_of", "the larger; NaN where one is", SCALAR, SCALAR, SCALAR);
        byEngine(
                "timestamp",
                "of a selector the samples' own times, of anything else the evaluation time; in seconds",
                VECTOR,
                VECTOR);
        byEngine("sort", ORDER, VECTOR, VECTOR);
        byEngine("sort_desc", ORDER, VECTOR, VECTOR);
        byEngine(
                "label_replace",
                "sets a label from another by an expression that matches all of it; an empty value deletes; names stay",
                VECTOR,
                VECTOR,
                STRING,
                STRING,
                STRING,
                STRING);
        byEngine(
                "histogram_quantile",
                "of classic histograms by le and of native ones; linear inside classic and custom buckets, exponential in others",
                VECTOR,
                SCALAR,
                VECTOR);
        byEngine(
                "histogram_fraction",
                "the share of observations between two bounds; kinds as in histogram_quantile",
                VECTOR,
                SCALAR,
                SCALAR,
                VECTOR);
        add(
                "sort_by_label",
                ORDER + "; naturally, by the labels named, then all",
                new Implementation.ByEngine(),
                FunctionDefinition.REPEATED,
                VECTOR,
                VECTOR,
                STRING);
        add(
                "sort_by_label_desc",
                ORDER + "; as sort_by_label, backwards",
                new Implementation.ByEngine(),
                FunctionDefinition.REPEATED,
                VECTOR,
                VECTOR,
                STRING);
        add(
                "label_join",
                "sets a label to others with a separator between them; names stay",
                new Implementation.ByEngine(),
                FunctionDefinition.REPEATED,
                VECTOR,
                VECTOR,
                STRING,
                STRING,
                STRING);

        // Native histograms, start times, series with information about others.
        byEngine("histogram_avg", NATIVE, VECTOR, VECTOR);
        byEngine("histogram_count", NATIVE, VECTOR, VECTOR);
        byEngine("histogram_sum", NATIVE, VECTOR, VECTOR);
        byEngine("histogram_stddev", NATIVE + "; each bucket at its geometric middle", VECTOR, VECTOR);
        byEngine("histogram_stdvar", NATIVE + "; each bucket at its geometric middle", VECTOR, VECTOR);
        add(
                "histogram_quantiles",
                "histogram_quantile for one to ten quantiles, each under a label with its value",
                new Implementation.ByEngine(),
                9,
                VECTOR,
                quantileTypes());
        add(
                "info",
                "adds labels of the newest info series with the same instance and job; names stay",
                new Implementation.ByEngine(),
                1,
                VECTOR,
                VECTOR,
                VECTOR);
        byEngine(
                "start_timestamp",
                "since when each sample counts, in seconds; samples that do not say are left out",
                VECTOR,
                VECTOR);
    }

    private Functions() {}

    /** The function of a name, or null; only step and range, which are also words of durations, may be written in any case. */
    public static @Nullable FunctionDefinition find(String name) {
        FunctionDefinition function = TABLE.get(name);
        boolean word = name.equalsIgnoreCase("step") || name.equalsIgnoreCase("range");
        return word ? TABLE.get(name.toLowerCase(Locale.ROOT)) : function;
    }

    /** All functions, by name. */
    public static Collection<FunctionDefinition> all() {
        return Collections.unmodifiableCollection(TABLE.values());
    }

    private static void perValue(String name, DoubleUnaryOperator operation) {
        add(name, EACH, new Implementation.PerValue(operation), 0, VECTOR, VECTOR);
    }

    private static void perValueWith(
            String name, String rule, Implementation.Parameterised operation, int optional, ValueType... arguments) {
        add(name, rule, new Implementation.PerValueWith(operation), optional, VECTOR, arguments);
    }

    private static void ofDate(String name, DoubleUnaryOperator operation) {
        add(name, DATE, new Implementation.OfDate(operation), 1, VECTOR, VECTOR);
    }

    private static Implementation range(Supplier<RangeFunction> create) {
        return new Implementation.OverRange(create, false, null, false);
    }

    private static void overRange(String name, String rule, Supplier<RangeFunction> create) {
        add(name, rule, range(create), 0, VECTOR, MATRIX);
    }

    private static void byEngine(String name, String rule, ValueType result, ValueType... arguments) {
        add(name, rule, new Implementation.ByEngine(), 0, result, arguments);
    }

    /** A vector, a label and one to ten quantiles. */
    private static ValueType[] quantileTypes() {
        ValueType[] types = new ValueType[12];
        Arrays.fill(types, SCALAR);
        types[0] = VECTOR;
        types[1] = STRING;
        return types;
    }

    private static void counter(
            String name,
            String rule,
            Supplier<RangeFunction> create,
            Supplier<RangeFunction> ofSamples,
            boolean usesStartTimes) {
        add(name, rule, new Implementation.OverRange(create, false, ofSamples, usesStartTimes), 0, VECTOR, MATRIX);
    }

    /** A function that looks at when samples are, not at what they are. */
    private static void anySample(String name, String rule, Supplier<RangeFunction> create) {
        add(name, rule, new Implementation.OverRange(create, false, create, false), 0, VECTOR, MATRIX);
    }

    private static void oneSample(
            String name, String rule, Supplier<RangeFunction> create, Supplier<RangeFunction> ofSamples) {
        add(name, rule, new Implementation.OverRange(create, true, ofSamples, false), 0, VECTOR, MATRIX);
    }

    private static double sample(RangeWindow window, int position) {
        window.result = window.histogram(position);
        return window.result == null ? window.values[position] : Absent.VALUE;
    }

    private static void add(
            String name,
            String rule,
            Implementation implementation,
            int optional,
            ValueType result,
            ValueType... arguments) {
        TABLE.put(
                name,
                new FunctionDefinition(
                        name, List.of(arguments), optional, result, implementation, rule, EXPERIMENTAL.contains(name)));
    }
}
