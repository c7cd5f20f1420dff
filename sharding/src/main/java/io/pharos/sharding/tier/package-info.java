/** Which tiers of storage there are, and which of them a series has. */
@NullMarked
package io.pharos.sharding.tier;

import org.jspecify.annotations.NullMarked;
