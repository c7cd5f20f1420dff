package io.pharos.sharding.cold;

import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import java.util.Comparator;

/** What writer and reader of cold objects agree on (docs/format/cold-object.md). */
final class ColdFormat {
    /** The format byte of all frames of the cold tier, and in the foot of an object. */
    static final int FORMAT = 9;

    static final int VERSION = 1;

    /** What a frame of the format is, the first number of its header. */
    static final int BLOCK = 1;

    static final int DIRECTORY = 2;
    static final int MANIFEST = 3;

    static final int COMPRESSION = 3;
    /** Offset and length of the directory, format, version, two bytes of nothing, a checksum. */
    static final int FOOT_BYTES = 8 + 4 + 1 + 1 + 2 + 4;

    static final int BLOCK_ROWS = 4096;
    static final int BLOCK_SERIES = 256;

    /** The order of the rows of a day. */
    static final Comparator<ChunkRow> ORDER = ((Comparator<ChunkRow>)
                    (one, other) -> compare(one.metricHash(), one.series(), other.metricHash(), other.series()))
            .thenComparingLong(ChunkRow::startMillis)
            .thenComparingLong(ChunkRow::epoch)
            .thenComparingInt(ChunkRow::sequence);

    private ColdFormat() {}

    /** Metrics in the order of signed numbers, as they lie in the stores; then series. */
    static int compare(long metric, SeriesId series, long otherMetric, SeriesId other) {
        int order = Long.compare(metric, otherMetric);
        return order != 0 ? order : series.compareTo(other);
    }
}
