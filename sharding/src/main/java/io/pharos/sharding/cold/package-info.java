/** The cold tier: sealed raw chunks of closed days in objects, written by a shard's owner, and read back by queries. */
@NullMarked
package io.pharos.sharding.cold;

import org.jspecify.annotations.NullMarked;
