/** Tests of native histograms as values. */
@NullMarked
package io.pharos.timeseries.histogram;

import org.jspecify.annotations.NullMarked;
