package io.pharos.httpapi.json;

import akka.util.ByteString;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The successful answer around a body, as pieces of about 64 KiB made when they are asked for. Used by one thread at a time. */
public final class JsonChunks implements Iterator<ByteString> {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int NOTES_MAX = 10;
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_CONTENT).build();

    private final JsonBody data;
    private final List<String> warnings;
    private final List<String> infos;
    private final Buffer buffer = new Buffer();
    private final JsonGenerator out;
    private boolean begun;
    private boolean ended;

    public JsonChunks(JsonBody data, List<String> warnings, List<String> infos) {
        this.data = data;
        this.warnings = warnings;
        this.infos = infos;
        try {
            out = FACTORY.createGenerator(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a buffer in memory does not fail
        }
    }

    /** An error as Prometheus writes it. */
    public static ByteString error(String errorType, String message) {
        Buffer buffer = new Buffer();
        try (JsonGenerator out = FACTORY.createGenerator(buffer)) {
            out.writeStartObject();
            out.writeStringField("status", "error");
            out.writeStringField("errorType", errorType);
            out.writeStringField("error", message);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.take();
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public ByteString next() {
        if (ended) {
            throw new NoSuchElementException("the answer has ended");
        }
        try {
            if (!begun) {
                begun = true;
                out.writeStartObject();
                out.writeStringField("status", "success");
                out.writeFieldName("data");
            }
            boolean more = true;
            while (more && buffer.size < CHUNK_BYTES) {
                more = data.write(out);
            }
            if (!more) {
                ended = true;
                notes("warnings", warnings);
                notes("infos", infos);
                out.writeEndObject();
                out.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.take();
    }

    private void notes(String name, List<String> notes) throws IOException {
        if (notes.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart(name);
        int shown = Math.min(notes.size(), NOTES_MAX);
        for (int i = 0; i < shown; i++) {
            out.writeString(notes.get(i));
        }
        if (notes.size() > shown) {
            out.writeString((notes.size() - shown) + " more " + name + " omitted");
        }
        out.writeEndArray();
    }

    /** Gathers bytes and gives them away without a copy. */
    private static final class Buffer extends OutputStream {
        private byte[] bytes = new byte[1024];
        private int size;

        @Override
        public void write(int one) {
            room(1);
            bytes[size++] = (byte) one;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            room(length);
            System.arraycopy(from, offset, bytes, size, length);
            size += length;
        }

        private void room(int length) {
            if (length > bytes.length - size) {
                bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
            }
        }

        ByteString take() {
            ByteString taken = ByteString.fromArrayUnsafe(bytes, 0, size);
            bytes = new byte[size == 0 ? 1024 : Math.min(bytes.length, CHUNK_BYTES + 16 * 1024)];
            size = 0;
            return taken;
        }
    }
}
