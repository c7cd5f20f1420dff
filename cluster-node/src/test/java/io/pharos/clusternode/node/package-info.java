/** Tests of a node's parts that need no cluster. */
@NullMarked
package io.pharos.clusternode.node;

import org.jspecify.annotations.NullMarked;
