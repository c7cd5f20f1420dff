/** Runs scripts in the format of Prometheus' promqltest against the engine. */
@NullMarked
package io.pharos.promql.conformance;

import org.jspecify.annotations.NullMarked;
