package io.pharos.timeseries.rollup;

/** What of a roll-up's points a query reads as the samples of a series; of a raw sample it is what a point of it alone would say. */
public enum RollupColumn {
    /** How many samples there were; of a raw sample 1. */
    COUNT,
    /** Their sum; the weight of the sample is their count. */
    SUM,
    /** The smallest. */
    MIN,
    /** The largest. */
    MAX,
    /** The last, without stale markers. */
    LAST,
    /** The last, and a stale marker where the series ended: what an instant selector looks at. */
    CURRENT,
    /** The last of a counter as if it had never been reset: its differences are what it grew. */
    COUNTER,
    /** How often a value was below the one before, counted from the first sample of the stream on. */
    RESETS
}
