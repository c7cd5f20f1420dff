package io.pharos.simulation.load;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the senders of a simulation have seen so far. Any thread. */
public final class LoadStatistics {
    final LongAdder acknowledgedSamples = new LongAdder();
    final LongAdder acknowledgedRequests = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder refusedRequests = new LongAdder();
    final LongAdder refusedSamples = new LongAdder();
    final LongAdder unsentSamples = new LongAdder();
    final LatencyHistogram latency = new LatencyHistogram();
    private volatile @Nullable String lastError;

    /** Samples of requests that were answered with 2xx. */
    public long acknowledgedSamples() {
        return acknowledgedSamples.sum();
    }

    /** Requests that were answered with 2xx. */
    public long acknowledgedRequests() {
        return acknowledgedRequests.sum();
    }

    /** Requests that were sent again, after a 5xx, a 429 or a failed connection. */
    public long retries() {
        return retries.sum();
    }

    /** Requests that were answered with another 4xx, and so never sent again. */
    public long refusedRequests() {
        return refusedRequests.sum();
    }

    /** Samples of refused requests; a part of them may be stored. */
    public long refusedSamples() {
        return refusedSamples.sum();
    }

    /** Samples that were never sent or never acknowledged: the simulation lagged too far behind, or ended first. */
    public long unsentSamples() {
        return unsentSamples.sum();
    }

    /** The time from sending a request to its 2xx. */
    public LatencyHistogram latency() {
        return latency;
    }

    /** What went wrong last, in one line, or null. */
    public @Nullable String lastError() {
        return lastError;
    }

    void failed(String error) {
        lastError = error;
    }
}
