/** The session with Cassandra: how to reach it, how requests run and fail. No table is known here. */
@NullMarked
package io.pharos.persistence.session;

import org.jspecify.annotations.NullMarked;
