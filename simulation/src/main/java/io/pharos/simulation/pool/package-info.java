/** Server pools and the values their metrics have at a time; pure, no clock and no network. */
@NullMarked
package io.pharos.simulation.pool;

import org.jspecify.annotations.NullMarked;
