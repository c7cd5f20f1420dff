/** Labels, their canonical bytes, the identity and placement of a series, and label matchers. No samples here. */
@NullMarked
package io.pharos.timeseries.labels;

import org.jspecify.annotations.NullMarked;
