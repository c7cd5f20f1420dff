package io.pharos.timeseries;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes that were written once and must be read, and written again, for ever: hexadecimal text under golden/. */
public final class Golden {
    private Golden() {}

    /** The bytes of a golden file. */
    public static byte[] bytes(String name) {
        return HexFormat.of().parseHex(text(name).replaceAll("\\s", ""));
    }

    /** The text of a golden file. */
    public static String text(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no golden file " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
