/** How blobs are framed: format byte, compression, checksum, and the numbers inside. Nothing about what they mean. */
@NullMarked
package io.pharos.sharding.format;

import org.jspecify.annotations.NullMarked;
