/** The only module that knows Cassandra: adapters of the ports in timeseries.store, and the embedded server. */
@NullMarked
package io.pharos.persistence;

import org.jspecify.annotations.NullMarked;
