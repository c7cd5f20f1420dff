package io.pharos.httpclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A password or token, given in the configuration or in a file that is read again at every use; never printed. */
public final class Secret {
    private static final long BYTES_MAX = 1024L * 1024;

    private final @Nullable String text;
    private final @Nullable Path file;

    private Secret(@Nullable String text, @Nullable Path file) {
        this.text = text;
        this.file = file;
    }

    /** A secret that is known. */
    public static Secret of(String text) {
        return new Secret(text, null);
    }

    /** A secret that stands in a file. */
    public static Secret in(Path file) {
        return new Secret(null, file);
    }

    /** Whether reading it touches the disk. */
    public boolean isFile() {
        return file != null;
    }

    /**
     * The secret, without white space around it where it comes from a file. Blocks for one read of a small file.
     *
     * @throws IOException with a sentence that names the file
     */
    public String read() throws IOException {
        if (file == null) {
            return text == null ? "" : text;
        }
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new IOException("the secret file " + file + " is larger than " + BYTES_MAX + " bytes");
            }
            return Files.readString(file).strip();
        } catch (java.nio.file.FileSystemException e) {
            throw new IOException("the secret file " + file + " cannot be read", e);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IOException("the secret file " + file + " is not UTF-8", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret
                && java.util.Objects.equals(text, secret.text)
                && java.util.Objects.equals(file, secret.file);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(text, file);
    }

    @Override
    public String toString() {
        return "<secret>";
    }
}
