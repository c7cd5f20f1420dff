package io.pharos.alerting.notify;

import io.pharos.alerting.alert.OutgoingAlert;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The alerts of one notification group, firing or over, as they were offered last. Used by the group's actor only. */
final class HeldAlerts {
    private final int max;
    private final Map<Map<String, String>, OutgoingAlert> byLabels = new HashMap<>();

    /** @param max more alerts than these are not taken */
    HeldAlerts(int max) {
        this.max = max;
    }

    /** Takes alerts; returns how many there was no room for. */
    int take(List<OutgoingAlert> offered) {
        int refused = 0;
        for (OutgoingAlert alert : offered) {
            if (byLabels.size() < max || byLabels.containsKey(alert.labels())) {
                byLabels.put(alert.labels(), alert);
            } else {
                refused++;
            }
        }
        return refused;
    }

    boolean isEmpty() {
        return byLabels.isEmpty();
    }

    /** Fingerprints of all alerts, in no order. */
    List<String> fingerprints() {
        return byLabels.keySet().stream().map(Fingerprint::of).toList();
    }

    /** All alerts as they are at a time, by fingerprint. */
    List<GroupAlert> at(long nowMillis) {
        Map<String, GroupAlert> sorted = new TreeMap<>();
        byLabels.forEach((labels, alert) -> {
            String fingerprint = Fingerprint.of(labels);
            sorted.put(fingerprint, new GroupAlert(fingerprint, alert, alert.endsAtMillis() > nowMillis));
        });
        return new ArrayList<>(sorted.values());
    }

    /**
     * Lets go of alerts that are over.
     *
     * @param told whether everybody was told, by an alert's fingerprint
     */
    void forgetOver(long nowMillis, Predicate<String> told) {
        byLabels.values()
                .removeIf(alert -> alert.endsAtMillis() <= nowMillis && told.test(Fingerprint.of(alert.labels())));
    }
}
