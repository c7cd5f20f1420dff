/** Protocols by which others push samples in, one package each. No HTTP here: bodies come as bytes. */
@NullMarked
package io.pharos.collection.wire;

import org.jspecify.annotations.NullMarked;
