/** Tests of the configuration as the cluster's. */
@NullMarked
package io.pharos.clusternode.configuration;

import org.jspecify.annotations.NullMarked;
