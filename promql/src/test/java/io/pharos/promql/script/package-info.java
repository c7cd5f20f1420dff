/** Tests of the runner of scripts: that it sees what is wrong. */
@NullMarked
package io.pharos.promql.script;

import org.jspecify.annotations.NullMarked;
