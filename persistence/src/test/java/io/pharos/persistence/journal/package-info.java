/** Tests of the journal's settings over the shared server. */
@NullMarked
package io.pharos.persistence.journal;

import org.jspecify.annotations.NullMarked;
