/** The past of the simulated servers, written by the import path. */
@NullMarked
package io.pharos.simulation.backfill;

import org.jspecify.annotations.NullMarked;
