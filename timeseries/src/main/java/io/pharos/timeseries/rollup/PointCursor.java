package io.pharos.timeseries.rollup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Walks the points of several rows in the order of time; of points at one time only that of the earliest-listed row. */
final class PointCursor {
    private final RollupColumn column;
    private final List<RollupChunk> rows;
    private List<RollupPoints> overlapping = List.of();
    private RollupPoints points;
    private int point;
    private int opened;
    /** The place in each row that overlaps others. */
    private int[] places = {};

    PointCursor(List<RollupChunk> given, RollupColumn column) {
        this.column = column;
        this.rows = new ArrayList<>(given);
        rows.removeIf(row -> row.count() == 0);
        this.points = new RollupPoints(1, 0);
        List<RollupChunk> ordered = new ArrayList<>(rows);
        ordered.sort(Comparator.comparingLong(RollupChunk::firstTimestampMillis));
        if (isChain(ordered)) {
            rows.clear();
            rows.addAll(ordered);
        } else {
            overlapping = rows.stream().map(row -> row.points(column)).toList();
            places = new int[rows.size()];
        }
    }

    private static boolean isChain(List<RollupChunk> ordered) {
        for (int i = 1; i < ordered.size(); i++) {
            if (ordered.get(i - 1).lastTimestampMillis() >= ordered.get(i).firstTimestampMillis()) {
                return false;
            }
        }
        return true;
    }

    boolean next() {
        if (!overlapping.isEmpty()) {
            return nextOverlapping();
        }
        while (point + 1 >= points.size) {
            if (opened == rows.size()) {
                return false;
            }
            points = rows.get(opened++).points(column);
            point = -1;
        }
        point++;
        return true;
    }

    private boolean nextOverlapping() {
        int best = -1;
        for (int i = 0; i < places.length; i++) {
            RollupPoints candidate = overlapping.get(i);
            if (places[i] < candidate.size
                    && (best < 0 || candidate.times[places[i]] < overlapping.get(best).times[places[best]])) {
                best = i;
            }
        }
        if (best < 0) {
            return false;
        }
        points = overlapping.get(best);
        point = places[best];
        long time = points.times[point];
        for (int i = 0; i < places.length; i++) {
            RollupPoints candidate = overlapping.get(i);
            if (places[i] < candidate.size && candidate.times[places[i]] == time) {
                places[i]++;
            }
        }
        return true;
    }

    long timeMillis() {
        return points.times[point];
    }

    RollupPoints points() {
        return points;
    }

    int point() {
        return point;
    }
}
