/** Server pools that behave, load and the proof that nothing was lost. Talks to Pharos by its protocols only. */
@NullMarked
package io.pharos.simulation;

import org.jspecify.annotations.NullMarked;
