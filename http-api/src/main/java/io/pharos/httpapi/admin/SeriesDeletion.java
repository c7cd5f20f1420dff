package io.pharos.httpapi.admin;

import io.pharos.timeseries.labels.LabelMatcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Deletes samples in the whole cluster. */
@FunctionalInterface
public interface SeriesDeletion {
    /**
     * Complete when no query sees the samples any more, whatever happens; fails with {@link io.pharos.promql.query.QueryException},
     * and to ask again is harmless then. Any thread.
     *
     * @param selectors the series that any of these matches
     * @param fromMillis their samples from this time on
     * @param toMillis up to this, inclusive
     */
    CompletionStage<Void> delete(List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, Duration patience);
}
