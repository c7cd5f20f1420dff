/** The functions of PromQL: the table of their names and types, and their arithmetic on plain arrays. No evaluation order here. */
@NullMarked
package io.pharos.promql.function;

import org.jspecify.annotations.NullMarked;
