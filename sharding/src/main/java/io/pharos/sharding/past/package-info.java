/** Series that a shard's index no longer has: months of the catalogue, read when a question reaches so far back. */
@NullMarked
package io.pharos.sharding.past;

import org.jspecify.annotations.NullMarked;
