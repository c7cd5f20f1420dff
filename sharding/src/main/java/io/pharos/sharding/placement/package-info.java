/** Which node runs which shard: consistent hashing with bounded loads and its way into Akka. Nothing about series or samples. */
@NullMarked
package io.pharos.sharding.placement;

import org.jspecify.annotations.NullMarked;
