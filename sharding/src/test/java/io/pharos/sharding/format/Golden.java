package io.pharos.sharding.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Files that say what a format is for ever: hex text under golden/. */
public final class Golden {
    private Golden() {}

    /** The bytes stored under a name, after checking that the present code writes the same. */
    public static ByteBuffer check(String name, ByteBuffer written) {
        byte[] bytes = new byte[written.remaining()];
        written.duplicate().get(bytes);
        String stored = text(name);
        assertThat(HexFormat.of().formatHex(bytes))
                .as("the form stored as golden/" + name)
                .isEqualTo(stored);
        return ByteBuffer.wrap(HexFormat.of().parseHex(stored));
    }

    /** The bytes stored under a name. */
    public static ByteBuffer read(String name) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text(name)));
    }

    private static String text(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
