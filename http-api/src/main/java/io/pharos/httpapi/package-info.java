/** Incoming HTTP: every route. Decides nothing: asks the modules behind it. */
@NullMarked
package io.pharos.httpapi;

import org.jspecify.annotations.NullMarked;
