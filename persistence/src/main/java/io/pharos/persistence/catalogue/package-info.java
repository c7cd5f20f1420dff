/** Which series exist. The blocks' bytes are not looked into here. */
@NullMarked
package io.pharos.persistence.catalogue;

import org.jspecify.annotations.NullMarked;
