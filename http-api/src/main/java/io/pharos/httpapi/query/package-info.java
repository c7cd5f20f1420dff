/** The endpoints that ask: queries, series, labels. No evaluation here. */
@NullMarked
package io.pharos.httpapi.query;

import org.jspecify.annotations.NullMarked;
