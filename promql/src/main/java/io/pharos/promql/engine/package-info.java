/** Evaluates queries over a port that selects series, series by series and step by step. Knows no actor, no HTTP, no store. */
@NullMarked
package io.pharos.promql.engine;

import org.jspecify.annotations.NullMarked;
