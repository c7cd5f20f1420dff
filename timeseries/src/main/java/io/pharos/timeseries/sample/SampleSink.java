package io.pharos.timeseries.sample;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** The port of writing: takes batches of samples and says what became of them once that is certain. */
public interface SampleSink {
    /**
     * Appends a batch. The stage completes when every admitted sample is durable, or with {@link AppendResult.Unavailable} when
     * any part could not be taken by the deadline (the rest may be stored: repeating the whole batch is harmless). It never
     * completes exceptionally for a reason that lies in the samples. Callable from any thread; the stage completes on a thread of
     * the sink, so continue asynchronously where the work is more than a few instructions.
     *
     * @param deadline the sender waits no longer than this
     */
    CompletionStage<AppendResult> append(SampleBatch batch, Instant deadline);
}
