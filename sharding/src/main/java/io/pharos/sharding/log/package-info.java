/** The node's log: sections of shards gathered into commits, fences, segments, and reading it back. Nothing about actors. */
@NullMarked
package io.pharos.sharding.log;

import org.jspecify.annotations.NullMarked;
