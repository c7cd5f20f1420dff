/** Deletions over the whole cluster: every shard is asked until each has it. */
@NullMarked
package io.pharos.sharding.deletion;

import org.jspecify.annotations.NullMarked;
