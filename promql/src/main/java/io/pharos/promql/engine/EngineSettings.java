package io.pharos.promql.engine;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The limits of one query and what is switched on.
 *
 * @param samplesMax samples one evaluation reads or holds
 * @param seriesMax series one evaluation selects
 * @param memoryMax bytes of the series that one evaluation gathers, for what needs several at once and for the answer
 * @param memoryHeapShare what all evaluations of a process may gather together, as a share of its heap
 * @param stepsMax steps of a range query, beyond the first
 * @param timeoutMax no query may ask for more time
 * @param subqueryStep the step of a subquery that names none
 * @param features what of the language is switched on
 */
public record EngineSettings(
        long samplesMax,
        long seriesMax,
        long memoryMax,
        double memoryHeapShare,
        int stepsMax,
        Duration timeoutMax,
        Duration subqueryStep,
        Features features) {
    /** The values of {@code promql.conf}. */
    public static EngineSettings defaults() {
        return new EngineSettings(
                50_000_000,
                5_000_000,
                512L << 20,
                0.25,
                11_000,
                Duration.ofMinutes(2),
                Duration.ofMinutes(1),
                Features.DEFAULTS);
    }

    /** Reads the keys under {@code pharos.promql}. */
    public static EngineSettings of(Config config) {
        Config promql = config.getConfig("pharos.promql");
        return new EngineSettings(
                promql.getLong("samples-max"),
                promql.getLong("series-max"),
                promql.getBytes("memory-max"),
                promql.getDouble("memory-heap-share"),
                promql.getInt("steps-max"),
                promql.getDuration("timeout-max"),
                promql.getDuration("subquery-step"),
                new Features(
                        promql.getBoolean("delayed-name-removal"),
                        promql.getBoolean("type-and-unit-labels"),
                        promql.getBoolean("use-start-timestamps"),
                        promql.getBoolean("experimental-functions"),
                        promql.getBoolean("extended-range-selectors"),
                        promql.getBoolean("binop-fill-modifiers")));
    }

    /** The same limits with other parts of the language switched on. */
    public EngineSettings withFeatures(Features changed) {
        return new EngineSettings(
                samplesMax, seriesMax, memoryMax, memoryHeapShare, stepsMax, timeoutMax, subqueryStep, changed);
    }

    /** Whether metric names are dropped once, at the end. */
    public boolean delayedNameRemoval() {
        return features.delayedNameRemoval();
    }

    /** Whether start times of samples count. */
    boolean startTimes() {
        return features.startTimes();
    }
}
