/** Sealed chunks and heads: what a shard holds. Their bytes are not looked into here. */
@NullMarked
package io.pharos.persistence.chunk;

import org.jspecify.annotations.NullMarked;
