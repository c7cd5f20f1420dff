package io.pharos.promql.engine;

/** What a node evaluated to, over the steps asked for. */
sealed interface Operand {
    /** A number a step. */
    record Scalars(double[] values) implements Operand {}

    /** A string, the same at all steps. */
    record Text(String value) implements Operand {}

    /** An instant vector a step, series by series. */
    record Vectors(SeriesStream stream) implements Operand {}
}
