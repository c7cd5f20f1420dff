/** main: binds configuration, wires adapters to ports, starts and stops in order, and the command line. */
@NullMarked
package io.pharos.clusternode;

import org.jspecify.annotations.NullMarked;
