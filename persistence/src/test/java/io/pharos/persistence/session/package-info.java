/** Tests of settings and failures that need no server. */
@NullMarked
package io.pharos.persistence.session;

import org.jspecify.annotations.NullMarked;
