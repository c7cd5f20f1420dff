/** Tests of the catalogue that need no server. */
@NullMarked
package io.pharos.persistence.catalogue;

import org.jspecify.annotations.NullMarked;
