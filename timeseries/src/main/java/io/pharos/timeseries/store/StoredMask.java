package io.pharos.timeseries.store;

import java.nio.ByteBuffer;

/**
 * A deletion as stored: it hides samples of chunks of its shard below its place (epoch, sequence), and says in its bytes which.
 *
 * @param epoch of the owner that wrote it; with the sequence it makes the key unique
 * @param sequence a number of the owner's chunks that no chunk has
 */
public record StoredMask(long epoch, int sequence, ByteBuffer data) {}
