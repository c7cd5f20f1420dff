/** Tests of the lease over the shared server. */
@NullMarked
package io.pharos.persistence.lease;

import org.jspecify.annotations.NullMarked;
