/** A node's life: settings, start in order, stop in order. The only place where adapters meet ports. */
@NullMarked
package io.pharos.clusternode.node;

import org.jspecify.annotations.NullMarked;
