/** Encoded runs of samples: heads that grow, sealed chunks that are stored. No input or output here. */
@NullMarked
package io.pharos.timeseries.chunk;

import org.jspecify.annotations.NullMarked;
