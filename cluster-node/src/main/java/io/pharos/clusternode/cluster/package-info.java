/** How a node gets into the cluster: what it asks a running node, whom it joins, when it founds one, how it ends when shut out. */
@NullMarked
package io.pharos.clusternode.cluster;

import org.jspecify.annotations.NullMarked;
