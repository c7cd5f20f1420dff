/** What every part of the program may use: how it fails and which version it is. No part of it is known here. */
@NullMarked
package io.pharos.clusternode.program;

import org.jspecify.annotations.NullMarked;
