/** The command line: one class a command, with help and examples. No wiring here. */
@NullMarked
package io.pharos.clusternode.command;

import org.jspecify.annotations.NullMarked;
