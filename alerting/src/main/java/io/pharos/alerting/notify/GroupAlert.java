package io.pharos.alerting.notify;

import io.pharos.alerting.alert.OutgoingAlert;

/** An alert inside a group, at the moment of a notification. */
record GroupAlert(String fingerprint, OutgoingAlert alert, boolean firing) {
    /** What of it decides whether two notifications say the same. */
    String content() {
        return fingerprint + (firing ? " firing " : " resolved ") + alert.startsAtMillis();
    }
}
