/** Samples, columnar batches of them, and the port of writing them. No encoding here. */
@NullMarked
package io.pharos.timeseries.sample;

import org.jspecify.annotations.NullMarked;
