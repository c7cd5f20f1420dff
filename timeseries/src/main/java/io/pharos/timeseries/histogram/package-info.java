/**
 * Native histograms as values: buckets, merging of layouts, arithmetic, and the bytes of one by itself. Runs of them are encoded in
 * {@code chunk}; no storage and no query here.
 */
@NullMarked
package io.pharos.timeseries.histogram;

import org.jspecify.annotations.NullMarked;
