/** One shard: what it is told, admission, its table of series and its life from acquiring to handing over. No routing and no queries. */
@NullMarked
package io.pharos.sharding.shard;

import org.jspecify.annotations.NullMarked;
