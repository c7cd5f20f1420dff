package io.pharos.alerting.journal;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/** What this node knows of the journal: whether the last thing it did was to answer or to be silent. Thread-safe. */
public final class JournalHealth {
    private final Counter silences;
    private volatile boolean away;

    public JournalHealth(PrometheusRegistry registry) {
        silences = Counter.builder()
                .name("pharos_alerting_journal_silences_total")
                .help("Times the journal did not answer within the patience, so that was acted on first.")
                .register(registry);
        GaugeWithCallback.builder()
                .name("pharos_alerting_journal_away")
                .help("1 while the journal does not answer.")
                .callback(callback -> callback.call(away ? 1 : 0))
                .register(registry);
    }

    /** The journal did not answer in time. */
    void silent() {
        silences.inc();
        away = true;
    }

    /** The journal answered. */
    void answered() {
        away = false;
    }

    /** Whether the journal did not answer when it was last asked. */
    public boolean isAway() {
        return away;
    }

    /** How long to wait for the journal now. */
    Duration patience(JournalSettings settings) {
        return away ? settings.patienceWhileAway() : settings.patience();
    }
}
