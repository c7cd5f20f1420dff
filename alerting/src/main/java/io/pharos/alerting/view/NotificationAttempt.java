package io.pharos.alerting.view;

import java.time.Duration;
import java.time.Instant;

/**
 * One attempt to tell a receiver.
 *
 * @param integration the position of the webhook in its receiver, from 0
 * @param firing the number of firing alerts in the message
 * @param resolved the number of resolved alerts in the message
 * @param attempt from 1; each repeats the same message
 * @param statusCode of the answer; 0 where there was none
 * @param error why it failed; empty where it did not
 */
public record NotificationAttempt(
        Instant at,
        String groupKey,
        String receiver,
        int integration,
        String idempotencyKey,
        int firing,
        int resolved,
        int attempt,
        int statusCode,
        Duration latency,
        String error) {
    /** Whether the receiver took the message. */
    public boolean delivered() {
        return error.isEmpty();
    }
}
