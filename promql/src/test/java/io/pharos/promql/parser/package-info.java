/** Tests of the package of the same name. */
@NullMarked
package io.pharos.promql.parser;

import org.jspecify.annotations.NullMarked;
