package io.pharos.clusternode.configuration;

import io.pharos.conf.ConfigurationException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configuration files a node was given, if any.
 *
 * @param externalUrl where people reach this node, for links in notifications
 */
public record ConfigurationFiles(Optional<Path> prometheus, Optional<Path> alertmanager, String externalUrl) {
    /** Whether there are any. */
    boolean areGiven() {
        return prometheus.isPresent() || alertmanager.isPresent();
    }

    /** Reads and checks them as they are now. */
    CheckedConfiguration read() throws ConfigurationException {
        return CheckedConfiguration.ofFiles(prometheus, alertmanager, externalUrl);
    }
}
