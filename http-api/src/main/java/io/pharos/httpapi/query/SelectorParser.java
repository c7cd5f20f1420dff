package io.pharos.httpapi.query;

import io.pharos.timeseries.labels.LabelMatcher;
import java.util.List;

/** Reads a series selector such as {@code up{job="a"}}; the promql module's parser does. */
@FunctionalInterface
public interface SelectorParser {
    /**
     * Reads one selector.
     *
     * @throws io.pharos.promql.query.QueryException of kind BAD_DATA, with the position, when the text is none
     */
    List<LabelMatcher> parse(String selector);
}
