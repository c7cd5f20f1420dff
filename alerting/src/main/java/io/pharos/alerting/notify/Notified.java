package io.pharos.alerting.notify;

import java.util.List;

/**
 * What one webhook of a group was told last and is being told. On disk in snapshots.
 *
 * @param integration the position of the webhook in its receiver
 * @param ordinal the number of notifications taken so far
 * @param deliveredAtMillis when the last was taken; 0 for never
 * @param firing fingerprints of the alerts it was told to fire
 * @param resolved fingerprints of the alerts it was told to be over
 * @param intendedKey the idempotency key of a notification that may or may not have arrived; empty for none
 * @param intendedFiring the firing alerts in that one
 */
public record Notified(
        int integration,
        long ordinal,
        long deliveredAtMillis,
        List<String> firing,
        List<String> resolved,
        String intendedKey,
        List<String> intendedFiring) {
    static Notified nothing(int integration) {
        return new Notified(integration, 0, 0, List.of(), List.of(), "", List.of());
    }
}
