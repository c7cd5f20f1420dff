package io.pharos.timeseries.store.memory;

import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Which rows a read asks for: those of a metric, of these series or all, that touch a time range; both ends inclusive. */
record RowRange(long metricHash, @Nullable SortedSet<SeriesId> series, long fromMillis, long toMillis) {
    boolean takes(ChunkRow row) {
        return row.metricHash() == metricHash
                && (series == null || series.contains(row.series()))
                && row.startMillis() <= toMillis
                && row.endMillis() >= fromMillis;
    }
}
