/** The ledger of acknowledged batches and the proof that they can be read back; sends no sample. */
@NullMarked
package io.pharos.simulation.verify;

import org.jspecify.annotations.NullMarked;
