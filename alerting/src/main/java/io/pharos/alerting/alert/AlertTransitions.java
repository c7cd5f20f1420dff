package io.pharos.alerting.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one evaluation makes of a rule's alerts. Pure.
 *
 * @param alerts every alert afterwards, also those that ended lately
 * @param changed those to be recorded
 */
record AlertTransitions(List<AlertRecord> alerts, List<AlertRecord> changed) {
    /**
     * One evaluation.
     *
     * @param before every alert before it
     * @param elements with distinct labels
     * @param retention how long an alert that ended is kept
     */
    static AlertTransitions of(
            List<AlertRecord> before,
            List<AlertElement> elements,
            long atMillis,
            Duration holdFor,
            Duration keepFiringFor,
            Duration retention) {
        Map<Map<String, String>, AlertRecord> known = new LinkedHashMap<>();
        before.forEach(alert -> known.put(alert.labels(), alert));
        List<AlertRecord> after = new ArrayList<>();
        List<AlertRecord> changed = new ArrayList<>();
        for (AlertElement element : elements) {
            AlertRecord old = known.remove(element.labels());
            AlertRecord next = held(present(old, element, atMillis), atMillis, holdFor.toMillis());
            after.add(next);
            if (old == null
                    || next.phase() != old.phase()
                    || next.activeAtMillis() != old.activeAtMillis()
                    || next.keepFiringSinceMillis() != old.keepFiringSinceMillis()) {
                changed.add(next);
            }
        }
        for (AlertRecord old : known.values()) {
            AlertRecord next = absent(old, atMillis, keepFiringFor.toMillis());
            if (!next.equals(old)) {
                changed.add(next);
            }
            boolean forgotten =
                    next.phase() == AlertPhase.RESOLVED && atMillis - next.resolvedAtMillis() > retention.toMillis();
            if (next.phase() != AlertPhase.INACTIVE && !forgotten) {
                after.add(next);
            }
        }
        return new AlertTransitions(List.copyOf(after), List.copyOf(changed));
    }

    private static AlertRecord present(@Nullable AlertRecord old, AlertElement element, long at) {
        return old != null && old.isActive()
                ? old.refreshed(element.annotations(), element.value())
                : new AlertRecord(
                        element.labels(), element.annotations(), AlertPhase.PENDING, at, 0, 0, 0, element.value());
    }

    private static AlertRecord held(AlertRecord alert, long at, long holdFor) {
        boolean longEnough = at - alert.activeAtMillis() >= holdFor;
        if (alert.phase() == AlertPhase.PENDING && longEnough) {
            return alert.in(AlertPhase.FIRING, at, 0, 0);
        }
        if (alert.phase() == AlertPhase.FIRING && !longEnough) {
            return alert.in(AlertPhase.PENDING, 0, 0, 0); // the rule now asks for more time
        }
        return alert.in(alert.phase(), alert.firedAtMillis(), 0, 0);
    }

    private static AlertRecord absent(AlertRecord alert, long at, long keepFiringFor) {
        if (alert.phase() == AlertPhase.PENDING) {
            return alert.in(AlertPhase.INACTIVE, 0, 0, 0);
        }
        if (alert.phase() != AlertPhase.FIRING) {
            return alert;
        }
        long since = alert.keepFiringSinceMillis() == 0 ? at : alert.keepFiringSinceMillis();
        if (keepFiringFor > 0 && at - since < keepFiringFor) {
            return alert.in(AlertPhase.FIRING, alert.firedAtMillis(), since, 0);
        }
        return alert.in(AlertPhase.RESOLVED, alert.firedAtMillis(), 0, at);
    }

    /**
     * What is right when alerts were kept without the journal and its state comes after all. An alert in both is the older one;
     * one that only the journal has is taken over where no evaluation has spoken since, and has ended where one has.
     *
     * @param evaluatedAtMillis the last evaluation that succeeded meanwhile; 0 for none
     */
    static AlertTransitions reconciled(
            List<AlertRecord> own, List<AlertRecord> journal, long evaluatedAtMillis, Duration holdFor) {
        Map<Map<String, String>, AlertRecord> recorded = new LinkedHashMap<>();
        journal.forEach(alert -> recorded.put(alert.labels(), alert));
        List<AlertRecord> after = new ArrayList<>();
        List<AlertRecord> changed = new ArrayList<>();
        for (AlertRecord alert : own) {
            AlertRecord old = recorded.remove(alert.labels());
            AlertRecord next = alert;
            if (old != null && old.isActive() && alert.isActive()) {
                next = alert.activeSince(Math.min(alert.activeAtMillis(), old.activeAtMillis()));
                boolean fires = old.phase() == AlertPhase.FIRING || alert.phase() == AlertPhase.FIRING;
                if (fires) {
                    long fired = old.firedAtMillis() == 0 ? alert.firedAtMillis() : old.firedAtMillis();
                    next = next.in(AlertPhase.FIRING, fired, alert.keepFiringSinceMillis(), 0);
                } else {
                    next = held(next, evaluatedAtMillis, holdFor.toMillis());
                }
            }
            after.add(next);
            if (!next.equals(old)) {
                changed.add(next);
            }
        }
        for (AlertRecord old : recorded.values()) {
            AlertRecord next = evaluatedAtMillis == 0 ? old : absent(old, evaluatedAtMillis, 0);
            if (!next.equals(old)) {
                changed.add(next);
            }
            if (next.phase() != AlertPhase.INACTIVE) {
                after.add(next);
            }
        }
        return new AlertTransitions(List.copyOf(after), List.copyOf(changed));
    }
}
