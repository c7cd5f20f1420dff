/** Tests of queries over roll-ups. */
@NullMarked
package io.pharos.promql.tier;

import org.jspecify.annotations.NullMarked;
