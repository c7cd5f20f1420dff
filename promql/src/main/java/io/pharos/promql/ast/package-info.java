/** The abstract syntax of PromQL, with positions, and its canonical text. No parsing and no evaluation here. */
@NullMarked
package io.pharos.promql.ast;

import org.jspecify.annotations.NullMarked;
