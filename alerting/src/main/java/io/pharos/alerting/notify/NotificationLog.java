package io.pharos.alerting.notify;

import io.pharos.alerting.view.NotificationAttempt;
import io.pharos.alerting.view.NotificationHistory;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What this node's groups tried lately, for display and for measurement. Thread-safe. */
public final class NotificationLog {
    private final int attemptsMax;
    private final Deque<NotificationAttempt> attempts = new ArrayDeque<>();
    private final Set<String> undelivered = new HashSet<>();
    private final Counter notifications;
    private final Counter refusedAlerts;
    private final Histogram seconds;
    private long delivered;
    private long failed;

    /** A log of the newest attempts. */
    public NotificationLog(int attemptsMax, PrometheusRegistry registry) {
        this.attemptsMax = attemptsMax;
        this.notifications = Counter.builder()
                .name("pharos_alerting_notifications_total")
                .help("Notifications by what became of them: delivered, or given up for now.")
                .labelNames("result")
                .register(registry);
        this.refusedAlerts = Counter.builder()
                .name("pharos_alerting_group_alerts_refused_total")
                .help("Alerts that a full notification group did not take.")
                .register(registry);
        this.seconds = Histogram.builder()
                .name("pharos_alerting_notification_attempt_seconds")
                .help("How long one attempt to notify takes.")
                .register(registry);
        GaugeWithCallback.builder()
                .name("pharos_alerting_notifications_undelivered")
                .help("Notifications that are due and were not taken yet.")
                .callback(callback -> callback.call(history().undelivered()))
                .register(registry);
    }

    /** What is known now. */
    public synchronized NotificationHistory history() {
        List<NotificationAttempt> newestFirst = new ArrayList<>(attempts);
        Collections.reverse(newestFirst);
        return new NotificationHistory(newestFirst, undelivered.size(), delivered, failed);
    }

    synchronized void due(String webhook) {
        undelivered.add(webhook);
    }

    synchronized void notDue(String webhook) {
        undelivered.remove(webhook);
    }

    synchronized void attempted(NotificationAttempt attempt) {
        attempts.add(attempt);
        if (attempts.size() > attemptsMax) {
            attempts.remove();
        }
        seconds.observe(attempt.latency().toNanos() / 1e9);
    }

    synchronized void delivered() {
        delivered++;
        notifications.labelValues("delivered").inc();
    }

    synchronized void failed() {
        failed++;
        notifications.labelValues("failed").inc();
    }

    void refused(int alerts) {
        refusedAlerts.inc(alerts);
    }
}
