/** Tests of roll-ups: points, their rows, their columns beside raw samples. */
@NullMarked
package io.pharos.timeseries.rollup;

import org.jspecify.annotations.NullMarked;
