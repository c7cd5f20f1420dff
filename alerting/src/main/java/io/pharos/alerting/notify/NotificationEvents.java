package io.pharos.alerting.notify;

import io.pharos.alerting.journal.JournalEvent;
import java.util.List;

/** What happened to the notifications of one group; each is on disk, with a version and a golden file. */
public final class NotificationEvents {
    /** The version written. */
    public static final int VERSION = 1;

    private NotificationEvents() {}

    /**
     * A notification is about to be sent. Golden file {@code notification-intended-1.hex}.
     *
     * @param firing fingerprints of the firing alerts in it
     * @param resolved fingerprints of the alerts in it that are over
     */
    public record NotificationIntended(
            int version,
            long sequence,
            long atMillis,
            int integration,
            long ordinal,
            String idempotencyKey,
            List<String> firing,
            List<String> resolved)
            implements JournalEvent {}

    /**
     * The receiver took a notification, or did not want to hear of it. Golden file {@code notification-delivered-1.hex}.
     *
     * @param attempts made; 0 where nothing had to be sent
     * @param statusCode of the answer
     */
    public record NotificationDelivered(
            int version,
            long sequence,
            long atMillis,
            int integration,
            long ordinal,
            String idempotencyKey,
            List<String> firing,
            List<String> resolved,
            int attempts,
            int statusCode)
            implements JournalEvent {}

    /**
     * A notification was given up for now. Golden file {@code notification-failed-1.hex}.
     *
     * @param reason of the last attempt
     */
    public record NotificationFailed(
            int version,
            long sequence,
            long atMillis,
            int integration,
            long ordinal,
            String idempotencyKey,
            int attempts,
            String reason)
            implements JournalEvent {}

    /**
     * All that is known, in place of too many single events. Golden file {@code notification-summarized-1.hex}.
     *
     * @param webhooks one a webhook that was ever told
     */
    public record NotificationSummarized(int version, long sequence, long atMillis, List<Notified> webhooks)
            implements JournalEvent {}
}
