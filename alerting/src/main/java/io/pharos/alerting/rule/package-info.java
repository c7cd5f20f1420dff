/** Rule files: their schema, strict reading and the identity of a rule. No evaluation here. */
@NullMarked
package io.pharos.alerting.rule;

import org.jspecify.annotations.NullMarked;
