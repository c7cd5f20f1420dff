package io.pharos.httpapi.status;

import io.pharos.promql.query.Cancellation;
import io.pharos.sharding.query.Cardinality;
import java.util.concurrent.CompletionStage;

/** Asks the whole cluster what has most series. */
@FunctionalInterface
public interface CardinalityQuestion {
    /**
     * Fails with {@link io.pharos.promql.query.QueryException}. Any thread.
     *
     * @param limit so many of each kind
     * @param cancellation raised when nobody waits for the answer any more
     */
    CompletionStage<Cardinality> ask(int limit, Cancellation cancellation);
}
