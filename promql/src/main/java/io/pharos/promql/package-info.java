/** PromQL, pure: parse and evaluate. Knows no actor and no HTTP. */
@NullMarked
package io.pharos.promql;

import org.jspecify.annotations.NullMarked;
