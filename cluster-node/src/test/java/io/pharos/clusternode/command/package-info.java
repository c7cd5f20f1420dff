/** Tests of commands against a server the test plays. */
@NullMarked
package io.pharos.clusternode.command;

import org.jspecify.annotations.NullMarked;
