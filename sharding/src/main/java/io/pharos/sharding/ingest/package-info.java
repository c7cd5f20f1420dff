/** The node's way in: identities of series from raw label bytes, parts for shards, retries until a deadline. Nothing stored here. */
@NullMarked
package io.pharos.sharding.ingest;

import org.jspecify.annotations.NullMarked;
