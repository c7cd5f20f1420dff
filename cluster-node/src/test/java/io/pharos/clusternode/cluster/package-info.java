/** Tests of how a node gets into the cluster. */
@NullMarked
package io.pharos.clusternode.cluster;

import org.jspecify.annotations.NullMarked;
