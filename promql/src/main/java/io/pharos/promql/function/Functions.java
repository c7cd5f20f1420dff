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
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The table of all functions of the language: name, types of arguments, result, and how each is computed. */
public final class Functions {
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
        perValueWith("clamp", MathFunctions::clamp, 0, VECTOR, SCALAR, SCALAR);
        perValueWith("clamp_max", (v, max, none) -> Math.min(v, max), 0, VECTOR, SCALAR);
        perValueWith("clamp_min", (v, min, none) -> Math.max(v, min), 0, VECTOR, SCALAR);
        perValueWith("round", MathFunctions::round, 1, VECTOR, SCALAR);

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
        counter("rate", () -> new ExtrapolatedRate(true, true), () -> new SampleRate(true, true), true);
        counter("increase", () -> new ExtrapolatedRate(true, false), () -> new SampleRate(true, false), true);
        counter("delta", () -> new ExtrapolatedRate(false, false), () -> new SampleRate(false, false), false);
        counter("irate", () -> new InstantRate(true), () -> new SampleInstantRate(true), true);
        counter("idelta", () -> new InstantRate(false), () -> new SampleInstantRate(false), false);
        counter(
                "resets",
                () -> new CountingFunction(CountingFunction.Event.RESET),
                () -> new SampleEvents(CountingFunction.Event.RESET),
                true);
        counter(
                "changes",
                () -> new CountingFunction(CountingFunction.Event.CHANGE),
                () -> new SampleEvents(CountingFunction.Event.CHANGE),
                false);
        overRange("deriv", () -> new LinearRegression(false));
        add("predict_linear", range(() -> new LinearRegression(true)), 0, VECTOR, MATRIX, SCALAR);
        add("double_exponential_smoothing", range(DoubleExponentialSmoothing::new), 0, VECTOR, MATRIX, SCALAR, SCALAR);

        // Aggregates over a range.
        counter("avg_over_time", () -> new SumFunction(true), () -> new SampleSum(true), false);
        counter("sum_over_time", () -> new SumFunction(false), () -> new SampleSum(false), false);
        overRange("min_over_time", () -> new ExtremeFunction(false, false));
        overRange("max_over_time", () -> new ExtremeFunction(true, false));
        anySample("count_over_time", () -> RangeWindow::count);
        anySample("present_over_time", () -> w -> 1);
        overRange("stddev_over_time", () -> new VarianceFunction(true));
        overRange("stdvar_over_time", () -> new VarianceFunction(false));
        overRange("mad_over_time", QuantileFunction.MedianDeviation::new);
        anySample("ts_of_first_over_time", () -> w -> w.times[w.from] / 1000.0);
        anySample("ts_of_last_over_time", () -> w -> w.times[w.to - 1] / 1000.0);
        overRange("ts_of_min_over_time", () -> new ExtremeFunction(false, true));
        overRange("ts_of_max_over_time", () -> new ExtremeFunction(true, true));
        oneSample("first_over_time", () -> w -> w.values[w.from], () -> w -> Functions.sample(w, w.from));
        oneSample("last_over_time", () -> w -> w.values[w.to - 1], () -> w -> Functions.sample(w, w.to - 1));
        add("quantile_over_time", range(QuantileFunction::new), 0, VECTOR, SCALAR, MATRIX);

        // What the engine does itself: labels, order, times, several series at once.
        byEngine("absent", VECTOR, VECTOR);
        byEngine("absent_over_time", VECTOR, MATRIX);
        byEngine("scalar", SCALAR, VECTOR);
        byEngine("vector", VECTOR, SCALAR);
        byEngine("time", SCALAR);
        byEngine("pi", SCALAR);
        byEngine("start", SCALAR);
        byEngine("end", SCALAR);
        byEngine("step", SCALAR);
        byEngine("range", SCALAR);
        byEngine("min_of", SCALAR, SCALAR, SCALAR);
        byEngine("max_of", SCALAR, SCALAR, SCALAR);
        byEngine("timestamp", VECTOR, VECTOR);
        byEngine("sort", VECTOR, VECTOR);
        byEngine("sort_desc", VECTOR, VECTOR);
        byEngine("label_replace", VECTOR, VECTOR, STRING, STRING, STRING, STRING);
        byEngine("histogram_quantile", VECTOR, SCALAR, VECTOR);
        byEngine("histogram_fraction", VECTOR, SCALAR, SCALAR, VECTOR);
        add("sort_by_label", new Implementation.ByEngine(), FunctionDefinition.REPEATED, VECTOR, VECTOR, STRING);
        add("sort_by_label_desc", new Implementation.ByEngine(), FunctionDefinition.REPEATED, VECTOR, VECTOR, STRING);
        add(
                "label_join",
                new Implementation.ByEngine(),
                FunctionDefinition.REPEATED,
                VECTOR,
                VECTOR,
                STRING,
                STRING,
                STRING);

        // Native histograms, start times, series with information about others.
        byEngine("histogram_avg", VECTOR, VECTOR);
        byEngine("histogram_count", VECTOR, VECTOR);
        byEngine("histogram_sum", VECTOR, VECTOR);
        byEngine("histogram_stddev", VECTOR, VECTOR);
        byEngine("histogram_stdvar", VECTOR, VECTOR);
        add("histogram_quantiles", new Implementation.ByEngine(), 9, VECTOR, quantileTypes());
        add("info", new Implementation.ByEngine(), 1, VECTOR, VECTOR, VECTOR);
        byEngine("start_timestamp", VECTOR, VECTOR);
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
        add(name, new Implementation.PerValue(operation), 0, VECTOR, VECTOR);
    }

    private static void perValueWith(
            String name, Implementation.Parameterised operation, int optional, ValueType... arguments) {
        add(name, new Implementation.PerValueWith(operation), optional, VECTOR, arguments);
    }

    private static void ofDate(String name, DoubleUnaryOperator operation) {
        add(name, new Implementation.OfDate(operation), 1, VECTOR, VECTOR);
    }

    private static Implementation range(Supplier<RangeFunction> create) {
        return new Implementation.OverRange(create, false, null, false);
    }

    private static void overRange(String name, Supplier<RangeFunction> create) {
        add(name, range(create), 0, VECTOR, MATRIX);
    }

    private static void byEngine(String name, ValueType result, ValueType... arguments) {
        add(name, new Implementation.ByEngine(), 0, result, arguments);
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
            String name, Supplier<RangeFunction> create, Supplier<RangeFunction> ofSamples, boolean usesStartTimes) {
        add(name, new Implementation.OverRange(create, false, ofSamples, usesStartTimes), 0, VECTOR, MATRIX);
    }

    /** A function that looks at when samples are, not at what they are. */
    private static void anySample(String name, Supplier<RangeFunction> create) {
        add(name, new Implementation.OverRange(create, false, create, false), 0, VECTOR, MATRIX);
    }

    private static void oneSample(String name, Supplier<RangeFunction> create, Supplier<RangeFunction> ofSamples) {
        add(name, new Implementation.OverRange(create, true, ofSamples, false), 0, VECTOR, MATRIX);
    }

    private static double sample(RangeWindow window, int position) {
        window.result = window.histogram(position);
        return window.result == null ? window.values[position] : Absent.VALUE;
    }

    private static void add(
            String name, Implementation implementation, int optional, ValueType result, ValueType... arguments) {
        TABLE.put(name, new FunctionDefinition(name, List.of(arguments), optional, result, implementation));
    }
}
