/** What is decided by compare-and-set or fencing: shard records, incarnations, settings. */
@NullMarked
package io.pharos.persistence.shard;

import org.jspecify.annotations.NullMarked;
