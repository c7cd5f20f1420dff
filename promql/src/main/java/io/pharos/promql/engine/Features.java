package io.pharos.promql.engine;

/**
 * Parts of the language that Prometheus keeps behind flags.
 *
 * @param delayedNameRemoval whether metric names are dropped once, at the end
 * @param typeAndUnitLabels whether {@code __type__} says what a metric is
 * @param startTimes whether start times of samples count as resets and zeros
 * @param experimentalFunctions whether functions and aggregations that may still change are known
 * @param extendedRanges whether {@code anchored} and {@code smoothed} are known
 * @param fillModifiers whether {@code fill}, {@code fill_left} and {@code fill_right} are known
 */
public record Features(
        boolean delayedNameRemoval,
        boolean typeAndUnitLabels,
        boolean startTimes,
        boolean experimentalFunctions,
        boolean extendedRanges,
        boolean fillModifiers) {
    /** All of them. */
    public static final Features ALL = new Features(true, true, true, true, true, true);

    /** The values of {@code promql.conf}: what cannot change the answer of a query without it is on. */
    public static final Features DEFAULTS = new Features(false, false, false, true, true, true);
}
