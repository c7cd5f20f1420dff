package io.pharos.timeseries.rollup;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Pieces of time follow each other, each of one resolution or raw, and meet at a time that is a point's or not a sample's at all:
 * points up to and with it, raw samples after it. What a counter lost by resets is added up over all of them, so its values go on
 * over the joints.
 */
/** One column of a series' points, and after them of its raw samples, as samples strictly ascending. Not thread-safe. */
public final class TieredSamples implements SampleIterator {
    private final RollupColumn column;
    private final List<Piece> pieces;
    private final boolean histograms;
    private int opened;
    private @Nullable PointCursor points;
    private @Nullable SampleIterator raw;
    private long afterMillis;
    private long toMillis;
    private long time = Long.MIN_VALUE;
    private double value;
    private long weight = 1;
    private @Nullable Histogram histogram;
    private boolean any;
    private double lastValue;
    private double offset;
    private long markAt = Long.MAX_VALUE;

    /**
     * What is read of one stretch of time.
     *
     * @param afterMillis points or samples strictly after this
     * @param toMillis up to this, inclusive
     * @param rows rows of points; where several have one time, that of the earliest-listed row is taken. Empty for a raw piece
     * @param raw raw samples, which may begin before and go on after the stretch; null for a piece of points
     */
    public record Piece(
            long afterMillis,
            long toMillis,
            List<RollupChunk> rows,
            @Nullable SampleIterator raw) {
        /** A stretch of points; newest rows first. */
        public static Piece ofPoints(long afterMillis, long toMillis, List<RollupChunk> rows) {
            return new Piece(afterMillis, toMillis, List.copyOf(rows), null);
        }

        /** A stretch of raw samples. */
        public static Piece ofRaw(long afterMillis, long toMillis, SampleIterator raw) {
            return new Piece(afterMillis, toMillis, List.of(), raw);
        }
    }

    /** A column over stretches that follow each other; what they refer to is used by nobody else meanwhile. */
    public TieredSamples(RollupColumn column, List<Piece> pieces) {
        this.column = column;
        this.pieces = List.copyOf(pieces);
        boolean found = false;
        for (Piece piece : this.pieces) {
            found |= piece.raw == null
                    ? piece.rows.stream().anyMatch(RollupChunk::hasHistograms)
                    : piece.raw.hasHistograms();
        }
        this.histograms = found;
    }

    @Override
    public boolean next() {
        while (true) {
            PointCursor cursor = points;
            if (cursor != null) {
                if (nextPoint(cursor)) {
                    return true;
                }
                points = null;
            }
            SampleIterator samples = raw;
            if (samples != null) {
                if (nextRaw(samples)) {
                    return true;
                }
                raw = null;
            }
            if (opened == pieces.size()) {
                return false;
            }
            open(pieces.get(opened++));
        }
    }

    private void open(Piece piece) {
        afterMillis = Math.max(piece.afterMillis, time);
        toMillis = piece.toMillis;
        raw = piece.raw;
        points = raw == null ? new PointCursor(piece.rows, column) : null;
    }

    private boolean nextRaw(SampleIterator samples) {
        while (samples.next()) {
            long next = samples.timestampMillis();
            if (next > toMillis) {
                return false;
            }
            if (next <= afterMillis) {
                continue;
            }
            double sample = samples.value();
            Histogram found = histograms ? samples.histogram() : null;
            boolean stale = found == null && StaleMarker.is(sample);
            if (stale && column != RollupColumn.CURRENT) {
                continue;
            }
            time = next;
            weight = 1;
            histogram = found;
            if (found != null) {
                value = column == RollupColumn.COUNT ? 1 : Double.NaN;
                histogram = column == RollupColumn.COUNT ? null : found;
            } else {
                value = stale ? sample : ofSample(sample);
            }
            return true;
        }
        return false;
    }

    private double ofSample(double sample) {
        return switch (column) {
            case COUNT -> 1;
            case SUM, MIN, MAX, LAST, CURRENT -> sample;
            case COUNTER -> grown(sample, 0);
            case RESETS -> reset(sample, 0);
        };
    }

    private boolean nextPoint(PointCursor cursor) {
        if (markAt != Long.MAX_VALUE) {
            time = markAt;
            value = StaleMarker.VALUE;
            markAt = Long.MAX_VALUE;
            return true;
        }
        while (cursor.next()) {
            long next = cursor.timeMillis();
            if (next > toMillis) {
                return false;
            }
            if (next > afterMillis && next > time) {
                time = next;
                weight = 1;
                histogram = histograms ? cursor.points().histogram(cursor.point()) : null;
                if (histogram == null) {
                    take(cursor.points(), cursor.point());
                } else {
                    takeHistogram(cursor.points(), cursor.point(), histogram);
                }
                return true;
            }
        }
        return false;
    }

    private void take(RollupPoints read, int point) {
        value = switch (column) {
            case COUNT -> read.counts[point];
            case SUM -> {
                weight = (long) read.counts[point];
                yield read.sums[point];
            }
            case MIN -> read.mins[point];
            case MAX -> read.maxs[point];
            case LAST -> read.lasts[point];
            case CURRENT -> current(read, point);
            case COUNTER -> grown(read.lasts[point], read.drops[point]);
            case RESETS -> reset(read.lasts[point], read.resets[point]);
        };
    }

    private void takeHistogram(RollupPoints read, int point, Histogram found) {
        double count = column == RollupColumn.COUNT || column == RollupColumn.SUM ? read.counts[point] : 1;
        value = Double.NaN;
        if (column == RollupColumn.COUNT) {
            value = count;
            histogram = null;
        } else if (column == RollupColumn.SUM) {
            weight = (long) count;
            histogram = count == 1 ? found : found.times(count);
        } else if (column == RollupColumn.CURRENT && StaleMarker.is(current(read, point))) {
            value = StaleMarker.VALUE;
            histogram = null;
        }
    }

    private double current(RollupPoints read, int point) {
        if (read.ends[point] == RollupPoints.ENDED_INSIDE) {
            return StaleMarker.VALUE;
        }
        if (read.ends[point] == RollupPoints.ENDED_AFTER && time + read.resolutionMillis <= toMillis) {
            markAt = time + read.resolutionMillis;
        }
        return read.lasts[point];
    }

    /** A counter's value with all it lost added; a fall that nobody noted is a reset too. */
    private double grown(double now, double drops) {
        if (any) {
            offset += drops > 0 ? drops : now < lastValue ? lastValue : 0;
        }
        any = true;
        lastValue = now;
        return offset + now;
    }

    private double reset(double now, int resets) {
        if (any) {
            offset += resets > 0 ? resets : now < lastValue ? 1 : 0;
        }
        any = true;
        lastValue = now;
        return offset;
    }

    @Override
    public long timestampMillis() {
        return time;
    }

    @Override
    public double value() {
        return value;
    }

    @Override
    public long weight() {
        return weight;
    }

    @Override
    public boolean hasHistograms() {
        return histograms;
    }

    @Override
    public @Nullable Histogram histogram() {
        return histogram;
    }
}
