package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.wire.MalformedBodyException;
import java.io.IOException;
import org.xerial.snappy.Snappy;

/** Decodes bodies of remote write 1.0: a snappy block around a protobuf {@code WriteRequest}. Thread-safe. */
public final class RemoteWriteDecoder {
    private final RemoteWriteSettings settings;
    private final MetadataCache metadata;
    private final ProtobufLabelEncoding encoding;

    /** A decoder that reports descriptions of metrics to a cache. */
    public RemoteWriteDecoder(RemoteWriteSettings settings, MetadataCache metadata) {
        this.settings = settings;
        this.metadata = metadata;
        encoding = new ProtobufLabelEncoding(settings);
    }

    /** The limits of a request. */
    public RemoteWriteSettings settings() {
        return settings;
    }

    /**
     * Decodes a whole body.
     *
     * @throws MalformedBodyException when it is not a snappy block, passes a limit, or is not a WriteRequest
     */
    public RemoteWriteRequest decode(byte[] body) throws MalformedBodyException {
        return decode(body, 0, body.length);
    }

    /** Decodes the part of an array that holds a whole body; see {@link #decode(byte[])}. */
    public RemoteWriteRequest decode(byte[] body, int offset, int length) throws MalformedBodyException {
        byte[] message = uncompress(body, offset, length);
        return new WriteRequestParser(message, settings, encoding, metadata).parse();
    }

    private byte[] uncompress(byte[] body, int offset, int length) throws MalformedBodyException {
        if (length == 0) {
            throw MalformedBodyException.notCompressed("the body is empty: expected a snappy block");
        }
        if (length > settings.compressedBytesMax()) {
            throw MalformedBodyException.tooLarge(
                    "the body is larger than " + settings.compressedBytesMax() + " bytes");
        }
        long claimed = claimedLength(body, offset, length);
        if (claimed > settings.uncompressedBytesMax()) {
            throw MalformedBodyException.tooLarge(
                    "the body uncompressed is " + claimed + " bytes, more than " + settings.uncompressedBytesMax());
        }
        // No element of the format makes more than 64 bytes of 2, so a larger claim is a lie that must cost no memory.
        if (claimed > 32L * length + 64) {
            throw MalformedBodyException.notCompressed(
                    "the body is not a snappy block: " + length + " bytes cannot hold " + claimed);
        }
        byte[] message = new byte[(int) claimed];
        try {
            int written = Snappy.uncompress(body, offset, length, message, 0);
            if (written != claimed) {
                throw MalformedBodyException.notCompressed(
                        "the body is not a snappy block: " + written + " bytes instead of " + claimed);
            }
        } catch (IOException e) {
            throw MalformedBodyException.notCompressed(
                    "the body is not a snappy block (remote write uses the block" + " format, not the framing format)");
        }
        return message;
    }

    private static long claimedLength(byte[] body, int offset, int length) throws MalformedBodyException {
        long claimed = 0;
        for (int i = 0; i < 5 && i < length; i++) {
            byte b = body[offset + i];
            claimed |= (b & 0x7fL) << 7 * i;
            if (b >= 0) {
                return claimed;
            }
        }
        throw MalformedBodyException.notCompressed("the body is not a snappy block: its length is not readable");
    }
}
