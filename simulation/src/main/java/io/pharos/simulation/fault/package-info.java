/** Incidents: what they are, when they are on, and the loopback control that starts them; computes no value. */
@NullMarked
package io.pharos.simulation.fault;

import org.jspecify.annotations.NullMarked;
