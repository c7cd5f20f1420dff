package io.pharos.timeseries.sample;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The port of writing exemplars: takes them after the samples of their series. */
public interface ExemplarSink {
    /** Takes none: for what has no exemplars, and for tests. */
    ExemplarSink NONE = (exemplars, deadline) -> CompletableFuture.completedStage(new Taken(0, Map.of()));

    /**
     * Takes a batch, when the samples of its series are stored: an exemplar of a series that has none is refused. Never completes
     * exceptionally, and never later than the deadline but for a moment. What was taken is in the memory of its shard's owner and is
     * durable some seconds later: a node that is killed loses what came in these. Any thread.
     *
     * @param deadline what is not taken by then is refused
     */
    CompletionStage<Taken> append(ExemplarBatch exemplars, Instant deadline);

    /**
     * What became of a batch.
     *
     * @param accepted taken, repeated ones included
     * @param refused the others by reason, those of the batch included
     */
    record Taken(int accepted, Map<ExemplarRefusal, Integer> refused) {}
}
