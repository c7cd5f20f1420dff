/** Which resolution a selector reads at which steps. Decisions only: nothing is read here. */
@NullMarked
package io.pharos.promql.tier;

import org.jspecify.annotations.NullMarked;
