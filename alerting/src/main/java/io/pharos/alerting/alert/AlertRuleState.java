package io.pharos.alerting.alert;

import io.pharos.alerting.journal.JournalEvent;
import io.pharos.alerting.journal.JournalState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The alerts of one rule as recorded: pending, firing, and those that ended lately. On disk in snapshots.
 *
 * @param version of this form; 1
 */
public record AlertRuleState(int version, long sequence, List<AlertRecord> alerts) implements JournalState {
    /** No alert. */
    public static final AlertRuleState EMPTY = new AlertRuleState(1, 0, List.of());

    private static final long RESOLVED_KEPT_MILLIS = 3_600_000;

    @Override
    public AlertRuleState after(JournalEvent event) {
        if (!(event instanceof AlertsTransitioned transitioned)) {
            return new AlertRuleState(version, Math.max(sequence, event.sequence()), alerts);
        }
        Map<Map<String, String>, AlertRecord> byLabels = new LinkedHashMap<>();
        alerts.forEach(alert -> byLabels.put(alert.labels(), alert));
        transitioned.alerts().forEach(alert -> byLabels.put(alert.labels(), alert));
        long forgotten = transitioned.evaluatedAtMillis() - RESOLVED_KEPT_MILLIS;
        List<AlertRecord> kept = new ArrayList<>();
        for (AlertRecord alert : byLabels.values()) {
            boolean old = alert.phase() == AlertPhase.RESOLVED && alert.resolvedAtMillis() < forgotten;
            if (alert.phase() != AlertPhase.INACTIVE && !old) {
                kept.add(alert);
            }
        }
        return new AlertRuleState(version, Math.max(sequence, event.sequence()), List.copyOf(kept));
    }
}
