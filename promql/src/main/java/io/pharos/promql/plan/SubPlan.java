package io.pharos.promql.plan;

import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.engine.SelectionTimes;
import io.pharos.promql.engine.Steps;
import java.time.Duration;
import java.util.List;

/**
 * A part of a query that each shard evaluates by itself.
 *
 * @param id the place of its result in the plan's root
 * @param expression the part as PromQL, at its place in the whole text (blanks before it) so that annotations keep their positions
 * @param kind what is answered
 * @param times the times of the whole query
 * @param steps the steps of this part
 * @param resetsWanted whether what is above the part wants to know of resets of histograms
 */
public record SubPlan(int id, String expression, Kind kind, QueryTimes times, Steps steps, boolean resetsWanted) {
    /** A part above which nobody asks for resets of histograms. */
    public SubPlan(int id, String expression, Kind kind, QueryTimes times, Steps steps) {
        this(id, expression, kind, times, steps, false);
    }

    /** What a shard answers, and so how answers are merged. */
    public enum Kind {
        /** The values of each series; the union is the whole. */
        SERIES,
        /** The samples of each series of a range vector; the union is the whole. */
        SAMPLES,
        /** Partial aggregates of each group, merged group by group. */
        AGGREGATE,
        /** The best series of each group in this shard; the union has the best of all. */
        CANDIDATES,
        /** At which steps there is any series. */
        PRESENCE,
        /** The times of the samples of an instant selector, in seconds; the union is the whole. */
        TIMES
    }

    /** The series and times the part reads, for this lookback. */
    public List<SelectionTimes.Selection> selections(EngineSettings settings, Duration lookback) {
        return SelectionTimes.of(Engine.parse(expression), times, steps, settings, lookback.toMillis());
    }
}
