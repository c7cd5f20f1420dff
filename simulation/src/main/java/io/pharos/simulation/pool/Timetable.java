package io.pharos.simulation.pool;

/**
 * Which series travel together, and when: series are cut into batches in their order, and a batch's time within the interval
 * depends on its position, so that requests are spread evenly.
 *
 * @param baseMillis the time of batch 0 at tick 0, since the epoch
 * @param intervalMillis time between two ticks
 * @param series number of series
 * @param batchSize series a batch, the last one may have fewer
 */
public record Timetable(long baseMillis, long intervalMillis, int series, int batchSize) {
    /** Refuses numbers below 1. */
    public Timetable {
        if (intervalMillis < 1 || series < 1 || batchSize < 1) {
            throw new IllegalArgumentException("interval, series and batch size are at least 1");
        }
    }

    /** The number of batches a tick. */
    public int batches() {
        return (int) (((long) series + batchSize - 1) / batchSize);
    }

    /** The batch a series belongs to. */
    public int batchOf(int seriesIndex) {
        return seriesIndex / batchSize;
    }

    /** The first series of a batch. */
    public int firstSeries(int batch) {
        return batch * batchSize;
    }

    /** The series after a batch's last. */
    public int endSeries(int batch) {
        return (int) Math.min(series, (long) (batch + 1) * batchSize);
    }

    /** How long after its tick's beginning a batch is due, in milliseconds; less than the interval. */
    public long offsetMillis(int batch) {
        return batch * intervalMillis / batches();
    }

    /** The timestamp of a batch's samples, which is when it is due. */
    public long millis(int batch, int tick) {
        return baseMillis + tick * intervalMillis + offsetMillis(batch);
    }
}
