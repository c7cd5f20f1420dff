package io.pharos.httpapi.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The shared tokens whose bearers may call a node, kept as digests. A file has one a line: the first is what we send ourselves, each
 * is taken, so that a token is exchanged node by node without refusing anybody. Immutable.
 */
public final class AccessTokens {
    private static final int TOKENS_MAX = 10;
    private static final int FILE_BYTES_MAX = 64 * 1024;
    private static final String SCHEME = "bearer ";

    /** What RFC 6750 lets a token be made of; long enough that nobody guesses it. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{16,1024}=*");

    /** Anybody may call. */
    public static final AccessTokens NONE = new AccessTokens(List.of());

    private final List<byte[]> digests;

    private AccessTokens(List<byte[]> digests) {
        this.digests = digests;
    }

    /**
     * The tokens of a file; {@link #NONE} without one. Blocks.
     *
     * @throws IllegalArgumentException that names the file, the line and what is wrong; never with the token in it
     */
    public static AccessTokens read(Optional<Path> file) {
        return file.isEmpty()
                ? NONE
                : new AccessTokens(
                        lines(file.get()).stream().map(AccessTokens::digest).toList());
    }

    /** The token that a client sends who has this file. Blocks; fails as {@link #read}. */
    public static String first(Path file) {
        return lines(file).get(0);
    }

    private static List<String> lines(Path file) {
        List<String> tokens = new ArrayList<>();
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException("the token file " + file + " is larger than 64 KiB");
            }
            int number = 0;
            for (String line : Files.readString(file).split("\\R", -1)) {
                number++;
                String token = line.strip();
                if (token.isEmpty()) {
                    continue;
                }
                if (!TOKEN.matcher(token).matches()) {
                    throw new IllegalArgumentException("the token file " + file + ", line " + number
                            + ": a token has 16 to 1024 letters, digits or ._~+/- (openssl rand -hex 32 makes one)");
                }
                tokens.add(token);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the token file " + file + " cannot be read: " + e, e);
        }
        if (tokens.isEmpty() || tokens.size() > TOKENS_MAX) {
            throw new IllegalArgumentException(
                    "the token file " + file + " has " + tokens.size() + " tokens; 1 to " + TOKENS_MAX + " are wanted");
        }
        return tokens;
    }

    /** Whether callers have to show a token. */
    public boolean isRequired() {
        return !digests.isEmpty();
    }

    /**
     * Whether the value of an Authorization header is one of the tokens. Takes the same time for every wrong one: digests are compared,
     * and all of them.
     *
     * @param authorization as it came, or the empty string
     */
    public boolean accepts(String authorization) {
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] shown = digest(authorization.substring(SCHEME.length()).strip());
        boolean known = false;
        for (byte[] digest : digests) {
            known |= MessageDigest.isEqual(digest, shown);
        }
        return known;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
