/** How much is stored. Nothing is read or written here but counts. */
@NullMarked
package io.pharos.persistence.statistics;

import org.jspecify.annotations.NullMarked;
