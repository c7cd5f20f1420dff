/** Tests of cold objects in a folder. */
@NullMarked
package io.pharos.persistence.cold;

import org.jspecify.annotations.NullMarked;
