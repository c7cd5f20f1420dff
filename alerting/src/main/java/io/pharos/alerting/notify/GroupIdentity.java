package io.pharos.alerting.notify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes that outlive a process: the entity of a notification group, and the key of one notification. */
final class GroupIdentity {
    private GroupIdentity() {}

    /** The entity's name: a hash of receiver and group key; {@code notification-group|} and this is the persistence id. */
    static String entity(String receiver, String groupKey) {
        return hash(receiver + "\n" + groupKey);
    }

    /**
     * The key of a notification: the same content for the same webhook after the same number of notifications has the same key,
     * so a repetition after a crash is known as one, and a reminder after the repeat interval is not mistaken for one.
     */
    static String notification(String receiver, String groupKey, int integration, long ordinal, String content) {
        return hash(receiver + "\n" + groupKey + "\n" + integration + "\n" + ordinal + "\n" + content);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
