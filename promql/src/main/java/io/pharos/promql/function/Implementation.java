package io.pharos.promql.function;

import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a function is computed; what depends on labels, order or several series at once the engine does itself. */
public sealed interface Implementation {
    /** Each value by itself. */
    record PerValue(DoubleUnaryOperator operation) implements Implementation {}

    /** Each value by itself with the scalar arguments after the vector, in their order; missing ones are NaN. */
    record PerValueWith(Parameterised operation) implements Implementation {}

    /** A part of the date that a value in seconds is; without an argument of the evaluation time. */
    record OfDate(DoubleUnaryOperator operation) implements Implementation {}

    /**
     * A window of samples to a value.
     *
     * @param create a fresh instance for each walk over series
     * @param keepsName whether the metric's name stays
     * @param ofSamples the same for a series with histograms or start times, or null where histograms are left out
     * @param usesStartTimes whether start times change the value
     */
    record OverRange(
            Supplier<RangeFunction> create,
            boolean keepsName,
            @Nullable Supplier<RangeFunction> ofSamples,
            boolean usesStartTimes)
            implements Implementation {}

    /** Done by the engine, which knows the function by its name. */
    record ByEngine() implements Implementation {}

    /** A value and parameters to a value. */
    @FunctionalInterface
    interface Parameterised {
        double apply(double value, double first, double second);
    }
}
