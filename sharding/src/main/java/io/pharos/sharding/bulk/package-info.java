/** The way of old samples past log and heads: encoded where they arrive, placed and written by their shard's owner. */
@NullMarked
package io.pharos.sharding.bulk;

import org.jspecify.annotations.NullMarked;
