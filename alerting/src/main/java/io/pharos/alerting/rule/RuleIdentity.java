package io.pharos.alerting.rule;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The persistence id of an alerting rule: what stays the same when a file is read again. It is on disk, so its form never
 * changes: {@code alert-rule|} and the first 16 bytes, as hex, of SHA-256 over file, group, alert name, the number of labels,
 * each label's name and value (sorted by name) as they are written in the file, and the ordinal among rules that are equal in
 * all of these; each text as four bytes of length (big endian) and its UTF-8, each number as four bytes.
 */
public final class RuleIdentity {
    private RuleIdentity() {}

    /**
     * The id of a rule.
     *
     * @param ordinal how many rules with the same file, group, name and labels stand before this one
     */
    public static String of(String file, String group, String alert, Map<String, String> labels, int ordinal) {
        MessageDigest digest = sha256();
        text(digest, file);
        text(digest, group);
        text(digest, alert);
        number(digest, labels.size());
        new TreeMap<>(labels).forEach((name, value) -> {
            text(digest, name);
            text(digest, value);
        });
        number(digest, ordinal);
        return "alert-rule|" + HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static void text(MessageDigest digest, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(digest, utf8.length);
        digest.update(utf8);
    }

    private static void number(MessageDigest digest, int number) {
        digest.update(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
