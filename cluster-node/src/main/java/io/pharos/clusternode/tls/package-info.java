/** Encryption between nodes: certificates as PEM files, checked before anything is started with them. */
@NullMarked
package io.pharos.clusternode.tls;

import org.jspecify.annotations.NullMarked;
