/** One time series: its actor, what it holds in memory and the view readers take without a message. Nothing about shards' state. */
@NullMarked
package io.pharos.sharding.series;

import org.jspecify.annotations.NullMarked;
