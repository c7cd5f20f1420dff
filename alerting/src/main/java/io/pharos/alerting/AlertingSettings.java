package io.pharos.alerting;

import com.typesafe.config.Config;
import io.pharos.alerting.alert.AlertSettings;
import io.pharos.alerting.evaluate.EvaluationSettings;
import io.pharos.alerting.journal.JournalSettings;
import io.pharos.alerting.notify.NotifySettings;

/** The settings below {@code pharos.alerting}; each is explained where its default stands. */
public record AlertingSettings(
        JournalSettings journal, AlertSettings alert, EvaluationSettings evaluation, NotifySettings notification) {
    /** Reads the whole configuration of a node. */
    public static AlertingSettings of(Config root) {
        Config config = root.getConfig("pharos.alerting");
        return new AlertingSettings(
                new JournalSettings(
                        config.getDuration("journal-patience"),
                        config.getDuration("journal-patience-while-away"),
                        config.getInt("snapshot-every"),
                        config.getDuration("journal-backoff-min"),
                        config.getDuration("journal-backoff-max"),
                        config.getBytes("spool-bytes-max"),
                        config.getBytes("spool-total-bytes-max")),
                new AlertSettings(config.getDuration("resend-delay"), config.getDuration("resolved-retention")),
                new EvaluationSettings(
                        config.getDuration("append-patience"),
                        config.getDuration("keep-alive"),
                        config.getDuration("status-timeout")),
                new NotifySettings(
                        config.getDuration("notify-backoff-min"),
                        config.getDuration("notify-backoff-max"),
                        config.getInt("notification-history"),
                        config.getInt("group-alerts-max")));
    }
}
