package io.pharos.alerting.journal;

import akka.serialization.Serialization;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** The bytes of a spool file, as {@code docs/format/alert-events.md} draws them. */
final class SpoolFormat {
    private static final int MAGIC = 0x50485350; // PHSP
    private static final int VERSION = 1;

    private final Serialization serialization;

    SpoolFormat(Serialization serialization) {
        this.serialization = serialization;
    }

    byte[] encode(Spool.Spooled content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeByte(VERSION);
        out.writeInt(content.waiting().size());
        frame(out, content.state());
        for (JournalEvent event : content.waiting()) {
            frame(out, event);
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes.toByteArray());
        out.writeInt((int) checksum.getValue());
        return bytes.toByteArray();
    }

    private void frame(DataOutputStream out, Object value) throws IOException {
        Serializer serializer = serialization.findSerializerFor(value);
        out.writeInt(serializer.identifier());
        out.writeUTF(Serializers.manifestFor(serializer, value));
        byte[] bytes = serializer.toBinary(value);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Throws where the bytes are no such file, damaged, or of a version that is not known. */
    Spool.Spooled decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (bytes.length < 13 || in.readInt() != MAGIC) {
            throw new IOException("not a spool file");
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, bytes.length - 4);
        int stored = ByteBuffer.wrap(bytes).getInt(bytes.length - 4);
        if (stored != (int) checksum.getValue()) {
            throw new IOException("the checksum is wrong");
        }
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("version " + version + " is not known");
        }
        int count = in.readInt();
        Object state = frame(in);
        List<JournalEvent> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiting.add((JournalEvent) frame(in));
        }
        return new Spool.Spooled((JournalState) state, waiting);
    }

    private Object frame(DataInputStream in) throws IOException {
        int serializer = in.readInt();
        String manifest = in.readUTF();
        byte[] bytes = in.readNBytes(in.readInt());
        return serialization.deserialize(bytes, serializer, manifest).get();
    }
}
