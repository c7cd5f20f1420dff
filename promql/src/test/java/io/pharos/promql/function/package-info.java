/** Tests of the package of the same name. */
@NullMarked
package io.pharos.promql.function;

import org.jspecify.annotations.NullMarked;
