package io.pharos.alerting.notify;

import io.pharos.alerting.route.AlertmanagerConfiguration;
import java.util.Optional;

/** The port groups learn routes and receivers from: this node's configuration, which may change at any time. Thread-safe. */
public interface RouteDefinitions {
    /** Routes and receivers; empty where nobody is told. */
    Optional<AlertmanagerConfiguration> alertmanager();

    /** Where users reach Pharos; empty where none is set. */
    String externalUrl();
}
