package io.pharos.simulation.pool;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.fault.Incidents;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import java.util.Locale;

/**
 * All servers, in pools, and the numbering of their series: series {@code server * metrics + metric}. Immutable; any thread.
 */
public final class Fleet {
    /** The job label of every simulated series. */
    public static final String JOB = "simulator";

    private static final List<String> NAMES = List.of("web", "api", "db", "cache", "queue", "search", "batch", "auth");
    private static final List<String> DATACENTERS = List.of("eu-1", "us-1", "ap-1");
    private static final int POOLS_AT_LEAST = 4;
    private static final int SERVERS_A_POOL = 100;

    private final int servers;
    private final int metrics;
    private final int pools;

    /** A fleet of so many servers with so many metrics each; together at most 2^31-1 series. */
    public Fleet(int servers, int metrics) {
        if (servers < 1 || metrics < 1 || (long) servers * metrics > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(servers + " servers with " + metrics
                    + " metrics: both from 1, their product at most " + Integer.MAX_VALUE);
        }
        this.servers = servers;
        this.metrics = metrics;
        this.pools = Math.min(servers, Math.max(POOLS_AT_LEAST, (servers + SERVERS_A_POOL - 1) / SERVERS_A_POOL));
    }

    /** The number of servers. */
    public int servers() {
        return servers;
    }

    /** The number of metrics a server. */
    public int metrics() {
        return metrics;
    }

    /** The number of series. */
    public int series() {
        return servers * metrics;
    }

    /** The number of pools: one for each hundred servers, at least four where there are as many servers. */
    public int pools() {
        return pools;
    }

    /** The pool of a server; a pool's servers are neighbours. */
    public int poolOf(int server) {
        return (int) ((long) server * pools / servers);
    }

    /** The first server of a pool; that of {@code pools()} is the number of servers. */
    public int firstServer(int pool) {
        return (int) (((long) pool * servers + pools - 1) / pools);
    }

    /** The name of a pool. */
    public String poolName(int pool) {
        String name = NAMES.get(pool % NAMES.size());
        return pool < NAMES.size() ? name : name + "-" + (pool / NAMES.size() + 1);
    }

    /** The pool of a name, or -1. */
    public int poolNamed(String name) {
        for (int pool = 0; pool < pools; pool++) {
            if (poolName(pool).equals(name)) {
                return pool;
            }
        }
        return -1;
    }

    /** The instance label of a server, unique in the fleet. */
    public String instance(int server) {
        int pool = poolOf(server);
        return String.format(Locale.ROOT, "%s-%03d:9100", poolName(pool), server - firstServer(pool));
    }

    /** The labels of a series. */
    public Labels labels(int series) {
        int server = series / metrics;
        Metric metric = MetricCatalogue.metric(series % metrics);
        Labels.Builder labels = new Labels.Builder()
                .set(Labels.METRIC_NAME, metric.name())
                .set("job", JOB)
                .set("pool", poolName(poolOf(server)))
                .set("instance", instance(server))
                .set("dc", DATACENTERS.get(server % DATACENTERS.size()));
        for (int i = 0; i < metric.extraLabels().size(); i += 2) {
            labels.set(metric.extraLabels().get(i), metric.extraLabels().get(i + 1));
        }
        return labels.build();
    }

    /** Whether an incident takes this server down while it is on. */
    boolean isVictim(int server, Incident incident) {
        return incident.kind() == IncidentKind.DOWN
                && poolOf(server) == incident.pool()
                && (server - firstServer(incident.pool())) % 3 == 0;
    }

    /** Whether a server is down at a time: then only its first metric, {@code sim_up}, is sent. */
    public boolean isDown(int server, Incidents incidents, long millis) {
        for (int i = 0; i < incidents.size(); i++) {
            if (incidents.get(i).isOn(millis) && isVictim(server, incidents.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a series has a sample at a time. */
    public boolean isSent(int series, Incidents incidents, long millis) {
        return incidents.isEmpty()
                || series % metrics == MetricCatalogue.UP
                || !isDown(series / metrics, incidents, millis);
    }
}
