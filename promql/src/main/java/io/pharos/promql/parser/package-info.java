/** From the text of a query to its syntax tree, with types checked. No evaluation here. */
@NullMarked
package io.pharos.promql.parser;

import org.jspecify.annotations.NullMarked;
