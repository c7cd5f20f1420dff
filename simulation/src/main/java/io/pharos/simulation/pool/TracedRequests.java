package io.pharos.simulation.pool;

import io.pharos.simulation.fault.Incidents;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests whose trace the simulated servers kept: some at a time, as long as requests there take. Depends on its arguments only. */
public final class TracedRequests {
    private static final int AT_ONCE = 5;
    /** How long the longest requests take: the last bound is infinite. */
    private static final double LONGEST_SECONDS = 5;

    private TracedRequests() {}

    /**
     * A request.
     *
     * @param bucket the labels of the bucket it was counted in
     * @param traceId 32 hexadecimal digits
     */
    public record Traced(Labels bucket, double seconds, String traceId) {}

    /** Those of a time; none where servers have too few metrics for the histogram of requests. */
    public static List<Traced> of(Fleet fleet, long seed, Incidents incidents, long millis) {
        if (fleet.metrics() < MetricCatalogue.DURATION_SUM) {
            return List.of();
        }
        List<Traced> traced = new ArrayList<>(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            long key = Randomness.mix(seed ^ millis, i);
            int server = (int) (Randomness.unit(key, 1) * fleet.servers());
            if (!fleet.isDown(server, incidents, millis)) {
                traced.add(one(fleet, server, isSlow(fleet, server, incidents, millis), key));
            }
        }
        return traced;
    }

    private static boolean isSlow(Fleet fleet, int server, Incidents incidents, long millis) {
        for (int i = 0; i < incidents.size(); i++) {
            if (incidents.get(i).isOn(millis) && incidents.get(i).pool() == fleet.poolOf(server)) {
                return true;
            }
        }
        return false;
    }

    private static Traced one(Fleet fleet, int server, boolean slow, long key) {
        double share = Randomness.unit(key, 2);
        // Slow requests are faster than a bound in the third power of the usual share.
        double usual = slow ? Math.cbrt(share) : share;
        int bound = 0;
        while (ServerValues.fasterThan(bound) < usual) {
            bound++;
        }
        double from = bound == 0 ? 0 : seconds(bound - 1);
        double seconds = from + (seconds(bound) - from) * (0.05 + 0.9 * Randomness.unit(key, 3));
        return new Traced(
                fleet.labels(server * fleet.metrics() + MetricCatalogue.BUCKETS + bound),
                Math.rint(seconds * 1e6) / 1e6,
                String.format(Locale.ROOT, "%016x%016x", Randomness.mix(key, 4), Randomness.mix(key, 5)));
    }

    private static double seconds(int bound) {
        String text = MetricCatalogue.BOUNDS.get(bound);
        return text.equals("+Inf") ? LONGEST_SECONDS : Double.parseDouble(text);
    }
}
