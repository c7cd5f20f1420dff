/** Which nodes run over this keyspace: how they find each other, and how only one of them founds a cluster. */
@NullMarked
package io.pharos.persistence.roll;

import org.jspecify.annotations.NullMarked;
