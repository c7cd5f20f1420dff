/**
 * Runs scripts in the format of Prometheus' promqltest: loads series, evaluates, compares. For the command line and for tests; the
 * engine knows nothing of it.
 */
@NullMarked
package io.pharos.promql.script;

import org.jspecify.annotations.NullMarked;
