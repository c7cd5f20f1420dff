package io.pharos.clusternode.configuration;

import java.time.Instant;

/**
 * How the configuration of a node stands.
 *
 * @param isGood whether the last attempt to take one was a success
 * @param time when the one in force was taken
 * @param version the cluster's version of it, from 1; 0 for none
 * @param text prometheus.yml as it is in force
 * @param fault why the last attempt was not taken; empty when it was
 * @param drift how this node's own files differ from what is in force, a sentence; empty when they do not
 */
public record ConfigurationState(boolean isGood, Instant time, long version, String text, String fault, String drift) {
    ConfigurationState refused(String why) {
        return new ConfigurationState(false, time, version, text, why, drift);
    }

    ConfigurationState drifted(String how) {
        return new ConfigurationState(isGood, time, version, text, fault, how);
    }
}
