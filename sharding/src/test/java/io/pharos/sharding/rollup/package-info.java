/** Tests of rolling up. */
@NullMarked
package io.pharos.sharding.rollup;

import org.jspecify.annotations.NullMarked;
