package io.pharos.alerting.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins alerts that a dead process told of without having recorded them to those that are known. Pure. */
final class LeftBehindAlerts {
    /** An alert that came back later than this after the process was last heard of is another one. */
    private static final Duration SAME_WITHIN = Duration.ofHours(1);

    private LeftBehindAlerts() {}

    /**
     * The alerts with what was left behind. One that fired and is not known fires: the next evaluation ends it or keeps it, and
     * either is told to whoever was told that it fired. One that is known to be active is as old as the older of both.
     *
     * @param leftAtMillis when the process wrote last
     */
    static AlertTransitions joined(List<AlertRecord> own, List<AlertRecord> left, long leftAtMillis) {
        Map<Map<String, String>, AlertRecord> after = new LinkedHashMap<>();
        own.forEach(alert -> after.put(alert.labels(), alert));
        List<AlertRecord> changed = new ArrayList<>();
        for (AlertRecord alert : left) {
            AlertRecord known = after.get(alert.labels());
            AlertRecord next = joined(known, alert, leftAtMillis);
            if (next != null && !next.equals(known)) {
                after.put(alert.labels(), next);
                changed.add(next);
            }
        }
        return new AlertTransitions(List.copyOf(after.values()), changed);
    }

    private static @Nullable AlertRecord joined(@Nullable AlertRecord known, AlertRecord left, long leftAtMillis) {
        if (known == null || !known.isActive()) {
            // Of a pending one nobody was told. One that ended may have been told to fire, not to have ended: it ends
            // anew.
            boolean told = left.phase() == AlertPhase.FIRING || left.phase() == AlertPhase.RESOLVED;
            boolean newer = known == null
                    || left.firedAtMillis() > known.resolvedAtMillis()
                    || left.resolvedAtMillis() > known.resolvedAtMillis();
            return told && newer ? left.in(AlertPhase.FIRING, left.firedAtMillis(), 0, 0) : known;
        }
        boolean same = known.activeAtMillis() - leftAtMillis <= SAME_WITHIN.toMillis();
        if (!left.isActive() || !same || left.activeAtMillis() >= known.activeAtMillis()) {
            return known;
        }
        AlertRecord older = known.activeSince(left.activeAtMillis());
        return left.phase() == AlertPhase.FIRING ? older.in(AlertPhase.FIRING, left.firedAtMillis(), 0, 0) : older;
    }
}
