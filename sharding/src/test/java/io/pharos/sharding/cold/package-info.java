/** Tests of the cold tier. */
@NullMarked
package io.pharos.sharding.cold;

import org.jspecify.annotations.NullMarked;
