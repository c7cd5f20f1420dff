/** Starts specs of several JVMs without sbt. What the specs say stands in this module's Scala tests. */
@NullMarked
package io.pharos.multijvm;

import org.jspecify.annotations.NullMarked;
