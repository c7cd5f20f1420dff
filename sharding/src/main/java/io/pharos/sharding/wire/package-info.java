/**
 * How this module's messages are written between nodes: one codec a message, bound by configuration, so nobody else names this
 * package. Messages that stay on their node pass as objects and never come here. Drawn in docs/format/messages.md.
 */
@NullMarked
package io.pharos.sharding.wire;

import org.jspecify.annotations.NullMarked;
