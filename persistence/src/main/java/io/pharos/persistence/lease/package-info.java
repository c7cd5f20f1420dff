/** The lease by which the cluster decides who survives a split. */
@NullMarked
package io.pharos.persistence.lease;

import org.jspecify.annotations.NullMarked;
