/** The remote write sender: bodies, pacing, retries, statistics; knows no ledger and no incident control. */
@NullMarked
package io.pharos.simulation.load;

import org.jspecify.annotations.NullMarked;
