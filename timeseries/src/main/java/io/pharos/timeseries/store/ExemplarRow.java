package io.pharos.timeseries.store;

import java.nio.ByteBuffer;

/**
 * Exemplars of one metric in one shard, as stored. No row crosses a UTC hour: {@code startMillis} decides where it is found.
 *
 * @param metricHash of {@link io.pharos.timeseries.labels.SeriesIdentity}
 * @param startMillis time of the oldest exemplar
 * @param endMillis time of the newest, inclusive
 * @param epoch of the owner that wrote it; with the number it makes the key unique
 * @param expiryMillis when it goes
 * @param data docs/format/exemplars.md
 */
public record ExemplarRow(
        long metricHash,
        long startMillis,
        long endMillis,
        long epoch,
        int number,
        long expiryMillis,
        ByteBuffer data) {}
