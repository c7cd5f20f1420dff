package io.pharos.httpapi.status;

import java.time.Instant;

/**
 * How a node has been running.
 *
 * @param isConfigurationGood whether the last reload was taken
 * @param configurationTime when the configuration in use was taken
 * @param storageRetention the tiers and how long each lives, for people
 */
public record RuntimeStatus(
        Instant startTime,
        String workingDirectory,
        boolean isConfigurationGood,
        Instant configurationTime,
        String storageRetention) {}
