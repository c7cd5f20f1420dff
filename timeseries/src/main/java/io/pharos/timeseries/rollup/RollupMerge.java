package io.pharos.timeseries.rollup;

import io.pharos.timeseries.histogram.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The points of several rows of one series as one piece. */
public final class RollupMerge {
    private record Place(RollupPoints row, int point) {}

    private RollupMerge() {}

    /**
     * All columns of the points strictly after a time and up to another; of points at one time that of the earliest-listed row.
     *
     * @param resolutionMillis of all rows
     * @throws io.pharos.timeseries.chunk.CorruptChunkException of a row that is damaged
     */
    public static RollupPoints of(long resolutionMillis, List<RollupChunk> rows, long afterMillis, long toMillis) {
        List<RollupPoints> read = new ArrayList<>(rows.size());
        for (RollupChunk row : rows) {
            if (row.count() > 0 && row.resolutionMillis() == resolutionMillis) {
                read.add(row.points());
            }
        }
        TreeMap<Long, Place> byTime = new TreeMap<>();
        for (RollupPoints points : read) {
            for (int i = 0; i < points.size; i++) {
                if (points.times[i] > afterMillis && points.times[i] <= toMillis) {
                    byTime.putIfAbsent(points.times[i], new Place(points, i));
                }
            }
        }
        RollupPoints merged = new RollupPoints(resolutionMillis, byTime.size());
        for (Map.Entry<Long, Place> each : byTime.entrySet()) {
            copy(each.getValue(), merged, merged.add(each.getKey()));
        }
        return merged;
    }

    private static void copy(Place from, RollupPoints merged, int at) {
        RollupPoints row = from.row;
        int point = from.point;
        if (at == 0 && point == 0) {
            merged.before = row.before;
            merged.beforeAdjacent = row.beforeAdjacent;
        } else if (at == 0 && row.histogram(point - 1) == null) {
            merged.before = row.lasts[point - 1];
            merged.beforeAdjacent = row.times[point - 1] == row.times[point] - row.resolutionMillis;
        }
        merged.counts[at] = row.counts[point];
        merged.sums[at] = row.sums[point];
        merged.mins[at] = row.mins[point];
        merged.maxs[at] = row.maxs[point];
        merged.lasts[at] = row.lasts[point];
        merged.drops[at] = row.drops[point];
        merged.resets[at] = row.resets[point];
        merged.ends[at] = row.ends[point];
        Histogram histogram = row.histogram(point);
        if (histogram != null) {
            merged.setHistogram(at, histogram);
        }
    }
}
