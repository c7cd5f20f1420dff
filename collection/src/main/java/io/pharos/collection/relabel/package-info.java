/** Relabelling rules as Prometheus defines them, pure. */
@NullMarked
package io.pharos.collection.relabel;

import org.jspecify.annotations.NullMarked;
