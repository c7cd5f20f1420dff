/** The Prometheus and Alertmanager configuration as cluster state: read, compared, versioned, applied. What it means is known by the modules. */
@NullMarked
package io.pharos.clusternode.configuration;

import org.jspecify.annotations.NullMarked;
