package io.pharos.alerting.alert;

import java.util.Map;

/**
 * All that is known of one alert. On disk in events and snapshots; times are milliseconds since 1970, 0 for never.
 *
 * @param labels what identifies it among the alerts of its rule
 * @param activeAtMillis the evaluation that first gave its element
 * @param firedAtMillis the evaluation that made it fire
 * @param keepFiringSinceMillis the first evaluation without its element, while it is held
 * @param resolvedAtMillis the evaluation that ended it
 */
public record AlertRecord(
        Map<String, String> labels,
        Map<String, String> annotations,
        AlertPhase phase,
        long activeAtMillis,
        long firedAtMillis,
        long keepFiringSinceMillis,
        long resolvedAtMillis,
        double value) {
    /** Whether it is pending or firing. */
    public boolean isActive() {
        return phase == AlertPhase.PENDING || phase == AlertPhase.FIRING;
    }

    AlertRecord in(AlertPhase next, long firedAt, long keepSince, long resolvedAt) {
        return new AlertRecord(labels, annotations, next, activeAtMillis, firedAt, keepSince, resolvedAt, value);
    }

    AlertRecord refreshed(Map<String, String> newAnnotations, double newValue) {
        return new AlertRecord(
                labels,
                newAnnotations,
                phase,
                activeAtMillis,
                firedAtMillis,
                keepFiringSinceMillis,
                resolvedAtMillis,
                newValue);
    }

    AlertRecord activeSince(long activeAt) {
        return new AlertRecord(
                labels, annotations, phase, activeAt, firedAtMillis, keepFiringSinceMillis, resolvedAtMillis, value);
    }
}
