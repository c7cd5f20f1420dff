package io.pharos.alerting.notify;

import io.pharos.timeseries.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The fingerprint of an alert's labels as receivers know it: FNV-1a over names and values, 16 hex digits. */
final class Fingerprint {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Fingerprint() {}

    static String of(Map<String, String> labels) {
        Labels sorted = Labels.of(labels);
        long hash = OFFSET;
        for (int i = 0; i < sorted.size(); i++) {
            hash = separator(add(hash, sorted.name(i)));
            hash = separator(add(hash, sorted.value(i)));
        }
        String hex = Long.toHexString(hash);
        return "0".repeat(16 - hex.length()) + hex;
    }

    private static long add(long hash, String text) {
        long result = hash;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            result = (result ^ (b & 0xff)) * PRIME;
        }
        return result;
    }

    private static long separator(long hash) {
        return (hash ^ 0xff) * PRIME;
    }
}
