/** Exemplars on their way to the owners of their shards, in these owners' memory, and into the store. Questions about them are not here. */
@NullMarked
package io.pharos.sharding.exemplar;

import org.jspecify.annotations.NullMarked;
