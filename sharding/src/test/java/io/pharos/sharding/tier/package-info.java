/** Tests of the rules of tiers. */
@NullMarked
package io.pharos.sharding.tier;

import org.jspecify.annotations.NullMarked;
