package io.pharos.timeseries.store;

import io.pharos.timeseries.labels.SeriesId;
import java.nio.ByteBuffer;

/**
 * A sealed chunk, or a row of rolled-up points ({@link RollupStore}), as stored. The UTC day of {@code startMillis} decides the
 * partition of a chunk, which never crosses a day.
 *
 * @param metricHash of {@link io.pharos.timeseries.labels.SeriesIdentity}
 * @param startMillis time of the first sample (or point)
 * @param endMillis time of the last sample (or point), inclusive
 * @param epoch of the owner that sealed it; with the sequence it makes the key unique
 * @param chunk the encoded chunk or points
 */
public record ChunkRow(
        long metricHash,
        SeriesId series,
        long startMillis,
        long endMillis,
        long epoch,
        int sequence,
        ByteBuffer chunk) {}
