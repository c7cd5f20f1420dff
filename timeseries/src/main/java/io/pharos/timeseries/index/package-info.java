/** The label index of a shard: postings and dictionaries in memory. No store here. */
@NullMarked
package io.pharos.timeseries.index;

import org.jspecify.annotations.NullMarked;
