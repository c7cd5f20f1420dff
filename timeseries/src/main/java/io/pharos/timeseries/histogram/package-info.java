/** Native histograms as values: buckets, merging of layouts, arithmetic. No codec, no storage and no query here. */
@NullMarked
package io.pharos.timeseries.histogram;

import org.jspecify.annotations.NullMarked;
