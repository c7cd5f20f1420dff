/** The ports of asking and the values of answers. No parsing and no evaluation here. */
@NullMarked
package io.pharos.promql.query;

import org.jspecify.annotations.NullMarked;
