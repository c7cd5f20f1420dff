/** The single-page application, served from the class path. No content of its own. */
@NullMarked
package io.pharos.httpapi.page;

import org.jspecify.annotations.NullMarked;
