package io.pharos.simulation.pool;

import static io.pharos.simulation.pool.MetricCatalogue.BUCKETS;
import static io.pharos.simulation.pool.MetricCatalogue.CPU_SECONDS;
import static io.pharos.simulation.pool.MetricCatalogue.CPU_USAGE;
import static io.pharos.simulation.pool.MetricCatalogue.DISK_USED;
import static io.pharos.simulation.pool.MetricCatalogue.DURATION_COUNT;
import static io.pharos.simulation.pool.MetricCatalogue.DURATION_SUM;
import static io.pharos.simulation.pool.MetricCatalogue.FILLER;
import static io.pharos.simulation.pool.MetricCatalogue.LOAD;
import static io.pharos.simulation.pool.MetricCatalogue.MEMORY_TOTAL;
import static io.pharos.simulation.pool.MetricCatalogue.MEMORY_USED;
import static io.pharos.simulation.pool.MetricCatalogue.NETWORK_RECEIVED;
import static io.pharos.simulation.pool.MetricCatalogue.NETWORK_SENT;
import static io.pharos.simulation.pool.MetricCatalogue.OPEN_FILES;
import static io.pharos.simulation.pool.MetricCatalogue.QUEUE_DEPTH;
import static io.pharos.simulation.pool.MetricCatalogue.REQUESTS;
import static io.pharos.simulation.pool.MetricCatalogue.REQUESTS_OK;
import static io.pharos.simulation.pool.MetricCatalogue.START_TIME;
import static io.pharos.simulation.pool.MetricCatalogue.TEMPERATURE;
import static io.pharos.simulation.pool.MetricCatalogue.UP;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.fault.Incidents;

/**
 * The values of a server's metrics at a time: a pure function of seed, fleet, incidents and time. An instance holds the
 * intermediate results of its last call, so each thread has its own.
 */
public final class ServerValues {
    /*
     * Counters have to be recomputable without their past, so a counter is the integral of a rate in closed form: a daily wave
     * plus smooth noise whose slope stays below the lowest rate, counted from the server's last restart. A restart comes every
     * 4 to 12 hours, and when an incident took the server down. An incident that changes a rate moves a part of what one
     * counter gained while it was on to another one (idle to user seconds, fast to slow requests): both stay monotonic.
     */
    private static final double CORES = 4;
    private static final double ACTIVITY_MEAN = 0.55;
    private static final double ACTIVITY_SWING = 0.35;
    private static final double ACTIVITY_LOWEST = ACTIVITY_MEAN - ACTIVITY_SWING;
    private static final double NOISE_SLOT_SECONDS = 60;
    private static final double RIPPLE_SLOT_SECONDS = 8;
    private static final double DAY_SECONDS = 86_400;
    private static final double[] REQUEST_SHARES = {0.62, 0.1, 0.24, 0.02, 0.004, 0.01, 0.003, 0.001, 0.002};
    private static final double[] FASTER_THAN = {0.12, 0.3, 0.55, 0.74, 0.88, 0.95, 0.98, 0.992, 0.998, 1};
    private static final double[] MODE_SHARES = {0.7, 0.22, 0.08};
    private static final double IDLE_TAKEN = 0.95;
    private static final double SLOWED = 0.7;
    private static final long PAGE = 4096;
    private static final double MEMORY_TOTAL_BYTES = 16.0 * (1L << 30);

    private final long seed;
    private final Fleet fleet;

    private int server;
    private long millis;
    private long key;
    private double now;
    private double lifeStart;
    private double phase;
    private double vigour;
    private double activity;
    private double worked;
    private boolean busy;
    private Incidents incidents = Incidents.NONE;

    /** The values of a fleet under a seed. */
    public ServerValues(long seed, Fleet fleet) {
        this.seed = seed;
        this.fleet = fleet;
    }

    /**
     * Computes the values of a server's metrics from one index up to another (exclusive) at a time and writes them from a
     * position of an array on. What is computed for a server that is down is never sent.
     */
    public void fill(int server, long millis, Incidents incidents, int from, int to, double[] values, int at) {
        prepare(server, millis, incidents);
        int target = at;
        for (int metric = from; metric < to; metric++) {
            values[target++] = metric < FILLER ? core(metric) : filler(metric - FILLER);
        }
    }

    /** The value of one series at a time. */
    public double value(int series, long millis, Incidents incidents) {
        double[] one = new double[1];
        int metric = series % fleet.metrics();
        fill(series / fleet.metrics(), millis, incidents, metric, metric + 1, one, 0);
        return one[0];
    }

    private void prepare(int server, long millis, Incidents incidents) {
        this.server = server;
        this.millis = millis;
        this.incidents = incidents;
        key = Randomness.mix(seed, server);
        now = millis / 1000.0;
        int pool = fleet.poolOf(server);
        phase = DAY_SECONDS * Randomness.unit(seed ^ 0x706f6f6cL, pool);
        vigour = 0.75 + 0.5 * Randomness.unit(key, 1);
        lifeStart = lifeStart();
        activity = ACTIVITY_MEAN + ACTIVITY_SWING * Randomness.wave(now + phase);
        worked = work(lifeStart, now);
        busy = isOn(IncidentKind.CPU, pool);
    }

    private double lifeStart() {
        long lifeMillis = (long) ((4 + 8 * Randomness.unit(key, 2)) * 3_600_000);
        long offset = (long) (lifeMillis * Randomness.unit(key, 3));
        long start = (millis + offset) / lifeMillis * lifeMillis - offset;
        for (int i = 0; i < incidents.size(); i++) {
            Incident incident = incidents.get(i);
            if (fleet.isVictim(server, incident) && incident.untilMillis() <= millis) {
                start = Math.max(start, incident.untilMillis());
            }
        }
        return start / 1000.0;
    }

    private boolean isOn(IncidentKind kind, int pool) {
        for (int i = 0; i < incidents.size(); i++) {
            Incident incident = incidents.get(i);
            if (incident.kind() == kind && incident.pool() == pool && incident.isOn(millis)) {
                return true;
            }
        }
        return false;
    }

    /** The integral of the activity between two times, in seconds of full activity. */
    private double work(double from, double to) {
        return ACTIVITY_MEAN * (to - from)
                + ACTIVITY_SWING * (Randomness.waveIntegral(to + phase) - Randomness.waveIntegral(from + phase));
    }

    /** What a counter of a rate at full activity (per second) has reached since the last restart. */
    private double counted(double rate, long salt) {
        return counted(rate, salt, 1);
    }

    private double counted(double rate, long salt, double restlessness) {
        double slope = rate * ACTIVITY_LOWEST * restlessness;
        return rate * worked
                + slope * 0.6 * NOISE_SLOT_SECONDS * Randomness.smooth(key ^ salt, now, NOISE_SLOT_SECONDS)
                + slope * 0.35 * RIPPLE_SLOT_SECONDS * Randomness.smooth(key + salt, now, RIPPLE_SLOT_SECONDS);
    }

    /** Seconds of full activity that passed under CPU incidents since the last restart, or plain seconds. */
    private double underIncident(boolean plain) {
        double sum = 0;
        int pool = fleet.poolOf(server);
        for (int i = 0; i < incidents.size(); i++) {
            Incident incident = incidents.get(i);
            if (incident.kind() == IncidentKind.CPU && incident.pool() == pool) {
                double from = Math.max(lifeStart, incident.fromMillis() / 1000.0);
                double to = Math.min(now, incident.untilMillis() / 1000.0);
                if (to > from) {
                    sum += plain ? to - from : work(from, to);
                }
            }
        }
        return sum;
    }

    private double core(int metric) {
        if (metric == REQUESTS_OK) {
            return requests(0);
        }
        if (metric >= CPU_SECONDS && metric < REQUESTS) {
            return cpuSeconds(metric - CPU_SECONDS);
        }
        if (metric >= REQUESTS && metric < BUCKETS) {
            return requests(metric - REQUESTS + 1);
        }
        if (metric >= BUCKETS && metric < DURATION_SUM) {
            return bucket(metric - BUCKETS);
        }
        return switch (metric) {
            case UP -> fleet.isDown(server, incidents, millis) ? 0 : 1;
            case CPU_USAGE -> cpuUsage();
            case MEMORY_USED -> memoryUsed();
            case QUEUE_DEPTH -> queueDepth();
            case DURATION_SUM -> durationSum();
            case DURATION_COUNT -> Math.floor(answered());
            case NETWORK_RECEIVED -> Math.floor(counted(900_000 * vigour, 101));
            case NETWORK_SENT -> Math.floor(counted(2_400_000 * vigour, 102));
            case DISK_USED -> diskUsed();
            case LOAD -> Math.rint(100 * (busy ? 6 : CORES * activity * vigour) * (0.8 + 0.4 * noise(103, 60))) / 100;
            case TEMPERATURE -> Math.rint(2 * (38 + (busy ? 30 : 22 * activity) + 3 * noise(104, 120))) / 2;
            case OPEN_FILES -> Math.floor(200 + 300 * activity + 60 * noise(105, 30));
            case MEMORY_TOTAL -> MEMORY_TOTAL_BYTES;
            case START_TIME -> lifeStart;
            default -> throw new IllegalArgumentException("no metric " + metric);
        };
    }

    private double noise(long salt, double slotSeconds) {
        return Randomness.smooth(key ^ salt, now, slotSeconds);
    }

    private double cpuUsage() {
        double flicker = Randomness.unit(key ^ 201, millis) - 0.5;
        double percent = busy
                ? 97 + 2 * flicker
                : 100 * (0.62 * activity * vigour + 0.1 * (noise(202, 60) - 0.5) + 0.03 * flicker);
        return Math.rint(10 * Math.max(0.5, percent)) / 10;
    }

    private double cpuSeconds(int mode) {
        double busySeconds = CORES * 0.62 * vigour;
        double idleTaken = incidents.isEmpty()
                ? 0
                : IDLE_TAKEN * (CORES * underIncident(true) - busySeconds * underIncident(false));
        double seconds;
        if (mode < MODE_SHARES.length) {
            seconds = counted(busySeconds * MODE_SHARES[mode], 210 + mode) + (mode == 0 ? idleTaken : 0);
        } else {
            seconds = CORES * (now - lifeStart) - busySeconds * worked + counted(0.2, 219) - idleTaken;
        }
        return Math.floor(seconds * 100) / 100;
    }

    private double requests(int kind) {
        return Math.floor(counted(80 * vigour * REQUEST_SHARES[kind], 220 + kind));
    }

    private double answered() {
        return counted(80 * vigour, 240, 0.3); // calm enough that what is left beside the slow ones still grows
    }

    /** The share of requests that are usually faster than a bound. */
    static double fasterThan(int bound) {
        return FASTER_THAN[bound];
    }

    private double bucket(int bound) {
        double share = FASTER_THAN[bound];
        double slow = incidents.isEmpty() ? 0 : SLOWED * 80 * vigour * underIncident(false);
        return Math.floor(share * (answered() - slow) + share * share * share * slow);
    }

    private double durationSum() {
        double slow = incidents.isEmpty() ? 0 : SLOWED * 80 * vigour * underIncident(false);
        return Math.floor(1000 * (0.061 * (answered() - slow) + 0.34 * slow)) / 1000;
    }

    private double memoryUsed() {
        double leaked = Math.min(0.2, (now - lifeStart) / DAY_SECONDS * 0.3);
        double share = 0.3 + 0.15 * activity + leaked + 0.05 * noise(250, 300) + 0.002 * noise(251, 10);
        return Math.floor(share * (MEMORY_TOTAL_BYTES / PAGE)) * PAGE;
    }

    private double diskUsed() {
        double days = now / DAY_SECONDS + Randomness.unit(key, 4) * 30;
        double share = 0.2 + 0.6 * (days % 30) / 30;
        return Math.floor(share * 200e9 / PAGE) * PAGE;
    }

    private double queueDepth() {
        double depth = Math.max(0, 14 * activity * vigour + 12 * noise(260, 20) - 6);
        int pool = fleet.poolOf(server);
        for (int i = 0; i < incidents.size(); i++) {
            Incident incident = incidents.get(i);
            if (incident.kind() == IncidentKind.QUEUE && incident.pool() == pool && millis >= incident.fromMillis()) {
                double grown = 25 * (Math.min(millis, incident.untilMillis()) - incident.fromMillis()) / 1000.0;
                double drained = 100 * Math.max(0, millis - incident.untilMillis()) / 1000.0;
                depth += Math.max(0, grown - drained);
            }
        }
        return Math.floor(depth);
    }

    private double filler(int filler) {
        long salt = 1000L + filler;
        double scale = Randomness.unit(seed ^ 0x66696c6cL, filler);
        return switch (MetricCatalogue.Filler.of(filler)) {
            case COUNTER -> Math.floor(counted(0.5 + 500 * scale * scale * scale * vigour, salt));
            case RARE_COUNTER -> Math.floor(counted(0.004 * scale, salt));
            case GAUGE -> Math.rint((4 + 96 * scale) * (0.6 * activity + 0.4 * noise(salt, 40)) * 10) / 10;
            case SETTING -> Math.floor(1 + 1000 * Randomness.unit(key ^ salt, millis / 43_200_000));
        };
    }
}
