package io.pharos.simulation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation did.
 *
 * @param acknowledgedSamples samples of requests answered with 2xx
 * @param acknowledgedRequests requests answered with 2xx
 * @param seconds since the start
 * @param latencyP50Millis median time from sending a request to its 2xx
 * @param latencyP99Millis its 99th percentile
 * @param retries requests sent again
 * @param refusedRequests requests answered with a 4xx other than 429
 * @param refusedSamples samples of these
 * @param unsentSamples samples that were never acknowledged for another reason
 * @param broken whether the load ended because of a fault of its own
 * @param lastError what went wrong last, or null
 */
public record SimulationSummary(
        long acknowledgedSamples,
        long acknowledgedRequests,
        double seconds,
        double latencyP50Millis,
        double latencyP99Millis,
        long retries,
        long refusedRequests,
        long refusedSamples,
        long unsentSamples,
        boolean broken,
        @Nullable String lastError) {

    /** 0 when every sample was acknowledged, 1 when one was refused or never acknowledged or the load broke off. */
    public int exitCode() {
        return refusedSamples == 0 && unsentSamples == 0 && !broken ? 0 : 1;
    }

    /** Samples acknowledged a second, over the whole time. */
    public double samplesPerSecond() {
        return seconds == 0 ? 0 : acknowledgedSamples / seconds;
    }

    /** The summary in one line. */
    public String text() {
        String line = String.format(
                Locale.ROOT,
                "%,d samples acknowledged in %.1f s, %,.0f samples/s, latency p50 %.1f ms p99 %.1f ms, %d retries,"
                        + " %d requests refused (%,d samples), %,d samples unsent",
                acknowledgedSamples,
                seconds,
                samplesPerSecond(),
                latencyP50Millis,
                latencyP99Millis,
                retries,
                refusedRequests,
                refusedSamples,
                unsentSamples);
        return lastError == null ? line : line + "; last error: " + lastError;
    }
}
