package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.wire.MalformedBodyException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A place in a protobuf message, moved by reading. Every read is checked against the end given. */
final class ProtobufCursor {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] bytes;
    private final int end;
    int at;

    ProtobufCursor(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Reads a tag: field number and wire type. Tags of one byte, all that matter here, take one comparison. */
    int tag() throws MalformedBodyException {
        if (at < end) {
            byte b = bytes[at];
            if (b > 0) {
                at++;
                return b;
            }
        }
        int start = at;
        long tag = varint(end);
        if (tag <= 0 || tag > 0xffffffffL || tag >>> 3 == 0) {
            throw new MalformedBodyException("not a protobuf field", start);
        }
        return (int) tag;
    }

    /** Reads the length of an embedded message or string and gives its end, which does not pass {@code outerEnd}. */
    int messageEnd(int outerEnd, String what) throws MalformedBodyException {
        int start = at;
        long length;
        if (at < outerEnd && bytes[at] >= 0) {
            length = bytes[at++];
        } else if (at + 1 < outerEnd && bytes[at + 1] >= 0) {
            length = bytes[at] & 0x7f | bytes[at + 1] << 7;
            at += 2;
        } else {
            length = varint(outerEnd);
        }
        if (length < 0 || length > outerEnd - at) {
            throw new MalformedBodyException(what + " is longer than what holds it", start);
        }
        return at + (int) length;
    }

    /** Reads a varint of up to ten bytes. */
    long varint(int limit) throws MalformedBodyException {
        int start = at;
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at >= limit) {
                throw new MalformedBodyException("the message ends inside a number", start);
            }
            byte b = bytes[at++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedBodyException("a number has more than ten bytes", start);
    }

    /** Reads eight bytes, least significant first. */
    long fixed64(int limit) throws MalformedBodyException {
        if (limit - at < 8) {
            throw new MalformedBodyException("the message ends inside a number", at);
        }
        long value = (long) LONGS.get(bytes, at);
        at += 8;
        return value;
    }

    /** Reads a signed number whose sign is its lowest bit. */
    long zigzag(int limit) throws MalformedBodyException {
        long folded = varint(limit);
        return folded >>> 1 ^ -(folded & 1);
    }

    /** Reads a number of eight bytes. */
    double float64(int limit) throws MalformedBodyException {
        return Double.longBitsToDouble(fixed64(limit));
    }

    /** Passes over a field of a number that is not known here. */
    void skip(int tag, int limit) throws MalformedBodyException {
        int start = at;
        switch (tag & 7) {
            case 0 -> varint(limit);
            case 1 -> fixed64(limit);
            case 2 -> at = messageEnd(limit, "a field");
            case 5 -> {
                if (limit - at < 4) {
                    throw new MalformedBodyException("the message ends inside a number", at);
                }
                at += 4;
            }
            default -> throw new MalformedBodyException("wire type " + (tag & 7) + " is not known", start);
        }
    }
}
