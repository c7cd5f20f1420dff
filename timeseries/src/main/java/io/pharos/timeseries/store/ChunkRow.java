package io.pharos.timeseries.store;

import io.pharos.timeseries.labels.SeriesId;
import java.nio.ByteBuffer;

/**
 * A sealed chunk as stored. The UTC day of {@code startMillis} decides its partition; a chunk never crosses a day.
 *
 * @param metricHash of {@link io.pharos.timeseries.labels.SeriesIdentity}
 * @param startMillis time of the first sample
 * @param endMillis time of the last sample, inclusive
 * @param epoch of the owner that sealed it; with the sequence it makes the key unique
 * @param chunk the encoded chunk
 */
public record ChunkRow(
        long metricHash,
        SeriesId series,
        long startMillis,
        long endMillis,
        long epoch,
        int sequence,
        ByteBuffer chunk) {}
