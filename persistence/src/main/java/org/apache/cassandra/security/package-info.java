/** One class that stands in for Cassandra's of the same name on Java 24 and later; nothing of ours may use it, nothing else may live here. */
@NullMarked
package org.apache.cassandra.security;

import org.jspecify.annotations.NullMarked;
