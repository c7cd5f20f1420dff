/** Deletions as masks: what they hide, their stored form, and what of a series readers are shown. Knows no actor and no store. */
@NullMarked
package io.pharos.sharding.mask;

import org.jspecify.annotations.NullMarked;
