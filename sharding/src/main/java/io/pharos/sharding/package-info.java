/** Series actors, their shards, ingest, log, recovery and distributed queries. No HTTP and no store is named here. */
@NullMarked
package io.pharos.sharding;

import org.jspecify.annotations.NullMarked;
