package io.pharos.alerting.evaluate;

import io.pharos.timeseries.labels.SeriesHash;
import java.nio.charset.StandardCharsets;

/**
 * The times at which a group is evaluated: multiples of its interval plus an offset that its key decides, so that groups of one
 * interval are spread over it and a restart keeps the times.
 */
record EvaluationGrid(long intervalMillis, long offsetMillis) {
    static EvaluationGrid of(String key, long intervalMillis) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        SeriesHash.Words words = new SeriesHash.Words();
        SeriesHash.hash(bytes, 0, bytes.length, 0, words);
        return new EvaluationGrid(intervalMillis, Math.floorMod(words.high, intervalMillis));
    }

    /** The last time on the grid that is not after a time. */
    long atOrBefore(long millis) {
        return millis - Math.floorMod(millis - offsetMillis, intervalMillis);
    }

    /** The first time on the grid after a time. */
    long after(long millis) {
        return atOrBefore(millis) + intervalMillis;
    }
}
