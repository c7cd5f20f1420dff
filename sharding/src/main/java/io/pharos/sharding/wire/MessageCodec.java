package io.pharos.sharding.wire;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;

/**
 * Writes and reads one kind of message, without the version byte before it.
 *
 * <p>A field may be added at the end: an older reader leaves what it does not know unread, and a newer one takes its default
 * where {@link ByteReader#remaining} is 0. Anything else needs a new version, which older nodes refuse.
 */
interface MessageCodec<T> {
    /** The class of the message. */
    Class<T> type();

    /** What stands for the class between nodes; short, and never changed. */
    String manifest();

    /** The newest version written; every one from 1 to this is read. */
    default int version() {
        return 1;
    }

    /** The version this message is written in: an older one where nothing in it needs the newest. */
    default int version(T message) {
        return version();
    }

    /** Writes the fields. */
    void write(T message, ByteWriter out);

    /** Reads the fields of a message of a version up to this codec's. */
    T read(ByteReader in, int version);
}
