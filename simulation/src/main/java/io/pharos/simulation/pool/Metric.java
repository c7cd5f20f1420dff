package io.pharos.simulation.pool;

import java.util.List;

/**
 * One of the metrics that every server has.
 *
 * @param name the metric's name
 * @param extraLabels alternating names and values beside those that all metrics of a server share
 */
public record Metric(String name, List<String> extraLabels) {
    static Metric of(String name, String... extraLabels) {
        return new Metric(name, List.of(extraLabels));
    }
}
