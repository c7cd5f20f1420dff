/**
 * Samples rolled up to points of a coarser resolution, rows of such points as they are stored, and their columns as samples beside
 * raw ones. No input or output here.
 */
@NullMarked
package io.pharos.timeseries.rollup;

import org.jspecify.annotations.NullMarked;
