package io.pharos.benchmarks;

import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.ServerValues;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/** Series of simulated servers with 100 metrics each, sampled every 10 seconds. */
final class SimulatedSeries {
    static final int METRICS = 100;
    static final long START_MILLIS = 1_760_000_000_000L;
    static final long INTERVAL_MILLIS = 10_000;

    private SimulatedSeries() {}

    static List<Labels> labels(int servers) {
        Fleet fleet = new Fleet(servers, METRICS);
        List<Labels> labels = new ArrayList<>(fleet.series());
        for (int series = 0; series < fleet.series(); series++) {
            labels.add(fleet.labels(series));
        }
        return labels;
    }

    /** The values of one server: a row for each tick. */
    static double[][] values(int ticks) {
        ServerValues values = new ServerValues(1, new Fleet(1, METRICS));
        double[][] rows = new double[ticks][METRICS];
        for (int tick = 0; tick < ticks; tick++) {
            values.fill(0, START_MILLIS + tick * INTERVAL_MILLIS, Incidents.NONE, 0, METRICS, rows[tick], 0);
        }
        return rows;
    }

    /** One metric's values, tick by tick. */
    static double[] column(double[][] rows, int metric) {
        double[] column = new double[rows.length];
        for (int tick = 0; tick < rows.length; tick++) {
            column[tick] = rows[tick][metric];
        }
        return column;
    }

    static long[] times(int ticks) {
        long[] times = new long[ticks];
        for (int tick = 0; tick < ticks; tick++) {
            times[tick] = START_MILLIS + tick * INTERVAL_MILLIS;
        }
        return times;
    }

    /** The metric of a name, the first where several have it. */
    static int metric(String name) {
        Fleet fleet = new Fleet(1, METRICS);
        for (int metric = 0; metric < METRICS; metric++) {
            if (fleet.labels(metric).metricName().equals(name)) {
                return metric;
            }
        }
        throw new IllegalArgumentException("no simulated metric " + name);
    }
}
