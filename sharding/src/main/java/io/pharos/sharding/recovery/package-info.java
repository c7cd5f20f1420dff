/** What a shard leaves behind and how the next owner takes it up: heads, catalogue, acquisition. Nothing that admits samples. */
@NullMarked
package io.pharos.sharding.recovery;

import org.jspecify.annotations.NullMarked;
