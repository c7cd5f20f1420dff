/** Plans split over shards answer as the whole does. */
@NullMarked
package io.pharos.promql.plan;

import org.jspecify.annotations.NullMarked;
