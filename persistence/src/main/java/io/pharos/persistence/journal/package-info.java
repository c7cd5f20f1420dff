/** The settings of Akka Persistence over the same Cassandra. No table of ours is here. */
@NullMarked
package io.pharos.persistence.journal;

import org.jspecify.annotations.NullMarked;
