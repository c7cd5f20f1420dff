/**
 * A cluster is hurt at random while it is watched: faults by a seed, answers and notifications that are known beforehand, and the proof
 * at the end. What a process is, and how it is ended, is behind {@link io.pharos.simulation.chaos.ChaosTarget}.
 */
@NullMarked
package io.pharos.simulation.chaos;

import org.jspecify.annotations.NullMarked;
