/** Tests of the package of the same name. */
@NullMarked
package io.pharos.promql.engine;

import org.jspecify.annotations.NullMarked;
