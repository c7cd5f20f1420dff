/** Tests of slices without a store. */
@NullMarked
package io.pharos.persistence.slice;

import org.jspecify.annotations.NullMarked;
