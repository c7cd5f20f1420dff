/** The pure core: what a time series is and how it is encoded. Knows no actor, no HTTP and no store. */
@NullMarked
package io.pharos.timeseries;

import org.jspecify.annotations.NullMarked;
