package io.pharos.alerting.notify;

import io.pharos.alerting.journal.JournalEvent;
import io.pharos.alerting.journal.JournalState;
import io.pharos.alerting.notify.NotificationEvents.NotificationDelivered;
import io.pharos.alerting.notify.NotificationEvents.NotificationFailed;
import io.pharos.alerting.notify.NotificationEvents.NotificationIntended;
import io.pharos.alerting.notify.NotificationEvents.NotificationSummarized;
import java.util.ArrayList;
import java.util.List;

/**
 * What a group's webhooks were told. On disk in snapshots.
 *
 * @param version of this form; 1
 */
public record NotificationGroupState(int version, long sequence, List<Notified> webhooks) implements JournalState {
    /** Nobody was told anything. */
    public static final NotificationGroupState EMPTY = new NotificationGroupState(1, 0, List.of());

    /** What a webhook was told. */
    Notified of(int integration) {
        return webhooks.stream()
                .filter(known -> known.integration() == integration)
                .findFirst()
                .orElse(Notified.nothing(integration));
    }

    @Override
    public NotificationGroupState after(JournalEvent event) {
        if (event instanceof NotificationIntended e) {
            Notified old = of(e.integration());
            return with(
                    event,
                    new Notified(
                            e.integration(),
                            old.ordinal(),
                            old.deliveredAtMillis(),
                            old.firing(),
                            old.resolved(),
                            e.idempotencyKey(),
                            union(old.intendedFiring(), e.firing())));
        }
        if (event instanceof NotificationDelivered e) {
            return with(
                    event,
                    new Notified(
                            e.integration(),
                            Math.max(of(e.integration()).ordinal(), e.ordinal()) + 1,
                            e.atMillis(),
                            e.firing(),
                            e.resolved(),
                            "",
                            List.of()));
        }
        if (event instanceof NotificationSummarized e) {
            return new NotificationGroupState(version, Math.max(sequence, e.sequence()), List.copyOf(e.webhooks()));
        }
        // A failed notification may have arrived all the same, so what was intended stays known.
        boolean known = event instanceof NotificationFailed;
        return new NotificationGroupState(
                version, Math.max(sequence, event.sequence()), known ? webhooks : List.copyOf(webhooks));
    }

    private static List<String> union(List<String> left, List<String> right) {
        List<String> all = new ArrayList<>(left);
        right.stream().filter(one -> !left.contains(one)).forEach(all::add);
        return List.copyOf(all);
    }

    private NotificationGroupState with(JournalEvent event, Notified changed) {
        List<Notified> all = new ArrayList<>();
        webhooks.stream()
                .filter(known -> known.integration() != changed.integration())
                .forEach(all::add);
        all.add(changed);
        return new NotificationGroupState(version, Math.max(sequence, event.sequence()), List.copyOf(all));
    }
}
