/** Rolled-up points of the shards a node owns: what is due, making it, and which tiers a series has. */
@NullMarked
package io.pharos.sharding.rollup;

import org.jspecify.annotations.NullMarked;
