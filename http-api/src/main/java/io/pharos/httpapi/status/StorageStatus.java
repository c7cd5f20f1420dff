package io.pharos.httpapi.status;

import java.util.Map;

/**
 * What is stored.
 *
 * @param series live series
 * @param samples samples stored since the shards were opened by their present owners
 * @param isSinceFirst whether no sample was stored before: only then bytes can be divided by samples
 * @param bytesByTable bytes on disk by table
 * @param logBytes bytes of log not covered by a checkpoint yet
 */
public record StorageStatus(
        long series, long samples, boolean isSinceFirst, Map<String, Long> bytesByTable, long logBytes) {
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

    /** Stored bytes by sample; 0 where that is not known: without samples, or when older ones were not counted. */
    public double bytesPerSample() {
        return samples == 0 || !isSinceFirst ? 0 : (double) storedBytes() / samples;
    }
}
