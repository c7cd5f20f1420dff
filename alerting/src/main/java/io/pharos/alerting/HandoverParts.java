package io.pharos.alerting;

import akka.actor.typed.ActorRef;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.alerting.alert.AlertRuleState;
import io.pharos.alerting.cluster.MessageParts;
import io.pharos.alerting.evaluate.RuleGroupActor;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.Spool;
import io.pharos.alerting.notify.NotificationGroupActor;
import io.pharos.alerting.notify.NotificationGroupState;
import io.pharos.alerting.notify.Notified;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One file of a spool on its way to its owner, in messages that fit between nodes. Not thread-safe. */
final class HandoverParts {
    /** Where rules and notification groups are reached. */
    interface Owners {
        /** Takes alerts to their rule; false where the configuration has no such rule. */
        boolean adopt(RuleGroupActor.Adopt alerts);

        /** Takes what webhooks were told to their group. */
        void adopt(String entityId, NotificationGroupActor.Adopt told);
    }

    private static final long BYTES_AN_ALERT = 200;
    private static final int FINGERPRINTS_A_PART = 1000;

    private final Spool.LeftBehind file;
    private final List<List<AlertRecord>> alerts;
    private final List<Notified> told;
    private final Set<Integer> open = new TreeSet<>();

    HandoverParts(Spool.LeftBehind file) {
        this.file = file;
        this.alerts = file.content().state() instanceof AlertRuleState rule
                ? MessageParts.of(rule.alerts(), HandoverParts::bytes)
                : List.of();
        this.told = file.content().state() instanceof NotificationGroupState group ? parts(group) : List.of();
        for (int i = 0; i < alerts.size() + told.size(); i++) {
            open.add(i);
        }
    }

    private static long bytes(AlertRecord alert) {
        return BYTES_AN_ALERT + MessageParts.texts(alert.labels()) + MessageParts.texts(alert.annotations());
    }

    /** One webhook a part, or less where it was told of many alerts. */
    private static List<Notified> parts(NotificationGroupState group) {
        List<Notified> parts = new ArrayList<>();
        for (Notified one : group.webhooks()) {
            int longest = Math.max(
                    one.intendedFiring().size(),
                    Math.max(one.firing().size(), one.resolved().size()));
            for (int from = 0; from == 0 || from < longest; from += FINGERPRINTS_A_PART) {
                parts.add(new Notified(
                        one.integration(),
                        one.ordinal(),
                        one.deliveredAtMillis(),
                        some(one.firing(), from),
                        some(one.resolved(), from),
                        one.intendedKey(),
                        some(one.intendedFiring(), from)));
            }
        }
        return parts;
    }

    private static List<String> some(List<String> all, int from) {
        int start = Math.min(from, all.size());
        return List.copyOf(all.subList(start, Math.min(start + FINGERPRINTS_A_PART, all.size())));
    }

    Spool.LeftBehind file() {
        return file;
    }

    /** Whether there is nothing in it that anybody has to know. */
    boolean isEmpty() {
        return alerts.stream().allMatch(List::isEmpty) && told.isEmpty();
    }

    boolean isOfNotificationGroup() {
        return file.content().state() instanceof NotificationGroupState;
    }

    /** Sends every part that is not answered; false where there is nobody to send it to. */
    boolean send(Owners owners, ActorRef<Adopted> answers) {
        String id = file.persistenceId();
        for (int part : open) {
            Adopted answer = new Adopted(file.file().getFileName().toString(), part);
            if (isOfNotificationGroup()) {
                owners.adopt(
                        id.substring(id.indexOf('|') + 1),
                        new NotificationGroupActor.Adopt(List.of(told.get(part)), answer, answers));
            } else if (!owners.adopt(new RuleGroupActor.Adopt(
                    id, file.content().state().sequence(), alerts.get(part), answer, answers))) {
                return false;
            }
        }
        return true;
    }

    /** Takes an answer; whether it was the last of this file that was missing. */
    boolean isWholeWith(Adopted answer) {
        return answer.file().equals(file.file().getFileName().toString())
                && open.remove(answer.part())
                && open.isEmpty();
    }
}
