package io.pharos.promql.function;

/** Where a function of a window says what is worth a warning or an info about the series it works on. */
public interface RangeNotes {
    /** Says nothing. */
    RangeNotes SILENT = new RangeNotes() {};

    /** The window has numbers and histograms, and the function can do nothing with both. */
    default void floatsAndHistograms() {}

    /** The window has numbers and histograms, and the function left the histograms out. */
    default void histogramsIgnored() {}

    /** A histogram is a gauge where a counter was expected. */
    default void noCounter() {}

    /** A histogram is a counter where a gauge was expected. */
    default void noGauge() {}

    /** The window has histograms with exponential and with custom buckets. */
    default void exponentialAndCustom() {}

    /** Histograms with different custom bounds were brought to the bounds they share. */
    default void boundsReconciled(Operation operation) {}

    /** Of two histograms added one counted anew and the other went on. */
    default void conflictingResets() {}

    /** A sample says that it counts since before the sample before it, which counted since another time. */
    default void startTimesOverlap() {}

    /** What was done with histograms. */
    enum Operation {
        ADDITION,
        SUBTRACTION,
        AGGREGATION
    }
}
