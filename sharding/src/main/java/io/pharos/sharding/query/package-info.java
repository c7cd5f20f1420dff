/** Queries over shards: who has which shard, workers beside the data, the distributed executor. No writing. */
@NullMarked
package io.pharos.sharding.query;

import org.jspecify.annotations.NullMarked;
