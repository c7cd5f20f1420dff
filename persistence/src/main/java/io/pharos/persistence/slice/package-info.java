/**
 * How the rows of a shard and day are cut into partitions of tens of megabytes: keys, slices, where a row goes and where it may lie.
 * No statement and no session is here. See docs/adr/0023-slices.md.
 */
@NullMarked
package io.pharos.persistence.slice;

import org.jspecify.annotations.NullMarked;
