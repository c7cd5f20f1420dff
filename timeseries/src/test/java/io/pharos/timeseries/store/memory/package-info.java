/** In-memory twins of the ports of storing, for tests of this and other modules; they keep the contracts of the ports. */
@NullMarked
package io.pharos.timeseries.store.memory;

import org.jspecify.annotations.NullMarked;
