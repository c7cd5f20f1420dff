/** Encoded runs of samples, of numbers or of native histograms: heads that grow, chunks that are stored. No input or output here. */
@NullMarked
package io.pharos.timeseries.chunk;

import org.jspecify.annotations.NullMarked;
