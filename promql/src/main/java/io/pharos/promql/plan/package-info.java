/** Splits queries into parts that run beside the data, shard by shard, and merges what they answer. No transport here. */
@NullMarked
package io.pharos.promql.plan;

import org.jspecify.annotations.NullMarked;
