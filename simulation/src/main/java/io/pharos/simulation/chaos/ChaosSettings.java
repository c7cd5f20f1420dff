package io.pharos.simulation.chaos;

import java.time.Duration;

/**
 * How a cluster is hurt, and what it does meanwhile.
 *
 * @param length how long new faults come, 10 s to a day
 * @param seed what is done when, and what values are written
 * @param servers simulated servers of the load
 * @param metrics of each
 * @param interval time between two samples of a series
 */
public record ChaosSettings(Duration length, long seed, int servers, int metrics, Duration interval) {
    /** Refuses a length outside the limits; the load's numbers are checked by the load. */
    public ChaosSettings {
        if (length.compareTo(Duration.ofSeconds(10)) < 0 || length.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("length: from 10 s to a day");
        }
    }
}
