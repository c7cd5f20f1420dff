package io.pharos.promql.query;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.parser.ParseException;
import io.pharos.promql.parser.Parser;
import io.pharos.promql.query.QueryService.Found;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The port of asking for exemplars, over the whole cluster. Thread-safe; never blocks; fails with {@link QueryException} only. */
public interface ExemplarQueries {
    /**
     * The exemplars of the series that any selector of an expression matches, in a time range (inclusive): series sorted by labels, each
     * one's exemplars by time.
     *
     * @param options their time-out, and whether a partial answer will do
     */
    CompletionStage<Found<SeriesExemplars>> exemplars(
            String expression, long fromMillis, long toMillis, QueryOptions options);

    /** The matchers of each selector in an expression, wherever it stands; what cannot be parsed is a {@link QueryException}. */
    static List<List<LabelMatcher>> selectors(String expression) {
        List<List<LabelMatcher>> selectors = new ArrayList<>();
        try {
            collect(Parser.parse(expression), selectors);
        } catch (ParseException wrong) {
            throw new QueryException(QueryException.Kind.BAD_DATA, String.valueOf(wrong.getMessage()), wrong);
        }
        return selectors;
    }

    private static void collect(Expr expr, List<List<LabelMatcher>> selectors) {
        if (expr instanceof Expr.VectorSelector selector
                && !selectors.contains(selector.matchers())
                && !selector.matchers().stream().allMatch(LabelMatcher::matchesEmpty)) {
            selectors.add(selector.matchers());
        }
        expr.children().forEach(child -> collect(child, selectors));
    }
}
