package io.pharos.httpapi.status;

import java.util.Map;

/**
 * What is stored.
 *
 * @param series live series
 * @param samples samples stored in the tables of raw data and, unsealed, in the heads
 * @param bytesByTable bytes on disk by table
 * @param logBytes bytes of log not covered by a checkpoint yet
 */
public record StorageStatus(long series, long samples, Map<String, Long> bytesByTable, long logBytes) {
    /** Bytes of all tables but the log: what keeping the samples costs. */
    public long storedBytes() {
        long sum = 0;
        for (Map.Entry<String, Long> entry : bytesByTable.entrySet()) {
            if (!entry.getKey().equals("log")) {
                sum += entry.getValue();
            }
        }
        return sum;
    }

    /** Stored bytes by sample; 0 without samples. */
    public double bytesPerSample() {
        return samples == 0 ? 0 : (double) storedBytes() / samples;
    }
}
