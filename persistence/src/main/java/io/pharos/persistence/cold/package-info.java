/** Cold objects in a folder that all nodes share. */
@NullMarked
package io.pharos.persistence.cold;

import org.jspecify.annotations.NullMarked;
