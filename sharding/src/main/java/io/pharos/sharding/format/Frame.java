package io.pharos.sharding.format;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The frame of every blob of this module (docs/format/log.md): format, codec, a header that is never compressed, a body that
 * may be, and a CRC-32C of all of it.
 *
 * @param format what the blob is and in which version
 */
public record Frame(
        int format, byte[] bytes, int headerFrom, int headerTo, int bodyFrom, int bodyTo, int codec, int bodyBytes) {
    private static final int PLAIN = 0;
    private static final int ZSTD = 1;
    private static final int BODY_MAX = 64 << 20;

    /** Frames a header and a body; level 0 does not compress, nor is compressed what would not shrink. */
    public static ByteBuffer write(int format, ByteWriter header, ByteWriter body, int level) {
        int rawBytes = body.size();
        int prefix = 2 + 5 + header.size() + 5;
        byte[] out =
                new byte[prefix + (level == 0 ? rawBytes : (int) Math.max(rawBytes, Zstd.compressBound(rawBytes))) + 4];
        ByteWriter front = new ByteWriter(prefix);
        front.writeByte(format);
        front.writeByte(level == 0 ? PLAIN : ZSTD);
        front.writeBlock(header);
        front.writeVarint(rawBytes);
        int at = front.size();
        System.arraycopy(front.array(), 0, out, 0, at);
        int written = -1;
        if (level != 0) {
            int packed = Compressors.compress(body.array(), rawBytes, out, at, out.length - 4, level);
            written = packed >= rawBytes ? -1 : packed;
        }
        if (written < 0) {
            out[1] = PLAIN;
            System.arraycopy(body.array(), 0, out, at, rawBytes);
            written = rawBytes;
        }
        at += written;
        CRC32C crc = new CRC32C();
        crc.update(out, 0, at);
        int sum = (int) crc.getValue();
        for (int i = 0; i < 4; i++) {
            out[at++] = (byte) (sum >>> 8 * i);
        }
        return ByteBuffer.wrap(out, 0, at).slice();
    }

    /** Reads a frame and checks its sum; the body stays as it is until {@link #body}. */
    public static Frame read(ByteBuffer blob, int expectedFormat, String what) {
        return read(blob, expectedFormat, expectedFormat, what);
    }

    /** Reads a frame of one of two formats; see {@link #read(ByteBuffer, int, String)}. */
    public static Frame read(ByteBuffer blob, int expectedFormat, int otherFormat, String what) {
        byte[] bytes = new byte[blob.remaining()];
        blob.duplicate().get(bytes);
        if (bytes.length < 8) {
            throw new CorruptBlobException(what + ": " + bytes.length + " bytes are no frame");
        }
        int end = bytes.length - 4;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        if ((int) crc.getValue() != new ByteReader(bytes, end, bytes.length).readInt()) {
            throw new CorruptBlobException(what + ": the checksum is wrong");
        }
        ByteReader in = new ByteReader(bytes, 0, end);
        int format = in.readByte();
        int codec = in.readByte();
        if (format != expectedFormat && format != otherFormat) {
            throw new CorruptBlobException(what + ": format " + format + " where " + expectedFormat
                    + (otherFormat == expectedFormat ? " is known" : " and " + otherFormat + " are known"));
        }
        if (codec != PLAIN && codec != ZSTD) {
            throw new CorruptBlobException(what + ": codec " + codec + " is not known");
        }
        int headerBytes = in.readCount(in.remaining());
        int headerFrom = in.skip(headerBytes);
        int bodyBytes = in.readCount(BODY_MAX);
        return new Frame(format, bytes, headerFrom, headerFrom + headerBytes, in.position(), end, codec, bodyBytes);
    }

    /** The header. */
    public ByteReader header() {
        return new ByteReader(bytes, headerFrom, headerTo);
    }

    /** The body, decompressed now. */
    public ByteReader body() {
        if (codec == PLAIN) {
            return new ByteReader(bytes, bodyFrom, bodyTo);
        }
        byte[] out = new byte[bodyBytes];
        long size = Zstd.decompressByteArray(out, 0, bodyBytes, bytes, bodyFrom, bodyTo - bodyFrom);
        if (Zstd.isError(size) || size != bodyBytes) {
            throw new CorruptBlobException("a body did not decompress to its " + bodyBytes + " bytes");
        }
        return new ByteReader(out, 0, bodyBytes);
    }
}
