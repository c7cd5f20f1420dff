/** The embedded Cassandra: a real server as a child process, owned and restarted. No driver and no CQL statement here. */
@NullMarked
package io.pharos.persistence.embedded;

import org.jspecify.annotations.NullMarked;
