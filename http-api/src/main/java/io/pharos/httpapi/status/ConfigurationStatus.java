package io.pharos.httpapi.status;

/**
 * The configuration that is in force.
 *
 * @param yaml prometheus.yml, secrets hidden
 * @param version the cluster's version of the configuration as a whole, from 1; 0 for none
 * @param drift how the files of the node that answers differ from it, a sentence; empty when they do not
 */
public record ConfigurationStatus(String yaml, long version, String drift) {}
