package io.pharos.simulation.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The metrics of a server in their fixed order: the most telling come first, since a simulation with few metrics a server takes
 * the beginning of this list, and one with many goes on with filler.
 */
final class MetricCatalogue {
    static final int UP = 0;
    static final int CPU_USAGE = 1;
    static final int REQUESTS_OK = 2;
    static final int MEMORY_USED = 3;
    static final int QUEUE_DEPTH = 4;
    static final int CPU_SECONDS = 5;
    static final int REQUESTS = 9;
    static final int BUCKETS = 17;
    static final int DURATION_SUM = 27;
    static final int DURATION_COUNT = 28;
    static final int NETWORK_RECEIVED = 29;
    static final int NETWORK_SENT = 30;
    static final int DISK_USED = 31;
    static final int LOAD = 32;
    static final int TEMPERATURE = 33;
    static final int OPEN_FILES = 34;
    static final int MEMORY_TOTAL = 35;
    static final int START_TIME = 36;
    static final int FILLER = 37;

    /** Seconds of the histogram's bounds, the last is +Inf. */
    static final List<String> BOUNDS =
            List.of("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf");

    static final List<String> MODES = List.of("user", "system", "iowait", "idle");

    /** Code, handler: the first is {@link #REQUESTS_OK}, the others follow from {@link #REQUESTS}. */
    static final List<String> CODES = List.of("200", "200", "200", "404", "404", "404", "500", "500", "500");

    static final List<String> HANDLERS =
            List.of("/api", "/login", "/search", "/api", "/login", "/search", "/api", "/login", "/search");

    private static final List<Metric> CORE = core();

    private MetricCatalogue() {}

    static Metric metric(int index) {
        if (index < FILLER) {
            return CORE.get(index);
        }
        int filler = index - FILLER;
        String number = String.format(Locale.ROOT, "%03d", filler);
        return Metric.of(
                switch (Filler.of(filler)) {
                    case COUNTER -> "sim_work_" + number + "_total";
                    case RARE_COUNTER -> "sim_errors_" + number + "_total";
                    case GAUGE -> "sim_level_" + number;
                    case SETTING -> "sim_limit_" + number;
                });
    }

    /** How a filler metric moves. */
    enum Filler {
        COUNTER,
        RARE_COUNTER,
        GAUGE,
        SETTING;

        private static final Filler[] TEN = {
            COUNTER, GAUGE, COUNTER, SETTING, GAUGE, COUNTER, RARE_COUNTER, COUNTER, GAUGE, SETTING
        };

        static Filler of(int filler) {
            return TEN[filler % TEN.length];
        }
    }

    private static List<Metric> core() {
        List<Metric> metrics = new ArrayList<>();
        metrics.add(Metric.of("sim_up"));
        metrics.add(Metric.of("sim_cpu_usage_percent"));
        metrics.add(requests(0));
        metrics.add(Metric.of("sim_memory_used_bytes"));
        metrics.add(Metric.of("sim_queue_depth"));
        for (String mode : MODES) {
            metrics.add(Metric.of("sim_cpu_seconds_total", "mode", mode));
        }
        for (int i = 1; i < CODES.size(); i++) {
            metrics.add(requests(i));
        }
        for (String bound : BOUNDS) {
            metrics.add(Metric.of("sim_request_duration_seconds_bucket", "le", bound));
        }
        metrics.add(Metric.of("sim_request_duration_seconds_sum"));
        metrics.add(Metric.of("sim_request_duration_seconds_count"));
        metrics.add(Metric.of("sim_network_received_bytes_total"));
        metrics.add(Metric.of("sim_network_sent_bytes_total"));
        metrics.add(Metric.of("sim_disk_used_bytes"));
        metrics.add(Metric.of("sim_load1"));
        metrics.add(Metric.of("sim_temperature_celsius"));
        metrics.add(Metric.of("sim_open_files"));
        metrics.add(Metric.of("sim_memory_total_bytes"));
        metrics.add(Metric.of("sim_start_time_seconds"));
        return List.copyOf(metrics);
    }

    private static Metric requests(int i) {
        return Metric.of("sim_requests_total", "code", CODES.get(i), "handler", HANDLERS.get(i));
    }
}
