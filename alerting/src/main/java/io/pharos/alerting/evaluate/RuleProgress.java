package io.pharos.alerting.evaluate;

import io.pharos.alerting.alert.AlertPhase;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.alerting.rule.Rule;
import io.pharos.alerting.view.AlertState;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.RuleStatus;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.StaleMarker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one rule of a running group stands. Used by the group's actor only. */
final class RuleProgress {
    /** The series written by the last evaluation that had a result. */
    Set<Labels> written = Set.of();

    /** The rule's alerts, also those that ended lately. */
    List<AlertRecord> alerts = List.of();

    /** Why the evaluation under way cleared the alerts; empty where it did not. */
    String overflow = "";

    private RuleStatus.Health health = RuleStatus.Health.UNKNOWN;
    private String lastError = "";
    private Duration evaluationTime = Duration.ZERO;
    private @Nullable Instant lastEvaluation;

    /** What a rule is known by while its group runs: an alert's persistence id; a recording rule's name and place. */
    static String id(Rule rule, int index) {
        return rule instanceof Rule.Alerting alerting ? alerting.id() : rule.name() + ";" + index;
    }

    /** The samples of a rule's series, with ends for those that the evaluation before wrote and this one does not. */
    SampleBatch batch(Map<Labels, RuleSample> series, long atMillis) {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        series.forEach((labels, sample) -> sample.addTo(batch.series(labels), atMillis));
        for (Labels before : written) {
            if (!series.containsKey(before)) {
                batch.add(before, atMillis, StaleMarker.VALUE);
            }
        }
        written = Set.copyOf(series.keySet());
        return batch.build();
    }

    void ended(String error, long startedNanos, long atMillis) {
        health = error.isEmpty() ? RuleStatus.Health.OK : RuleStatus.Health.ERROR;
        lastError = error;
        evaluationTime = Duration.ofNanos(System.nanoTime() - startedNanos);
        lastEvaluation = Instant.ofEpochMilli(atMillis);
    }

    RuleStatus status(Rule rule) {
        RuleStatus unknown = RuleGroupViews.unknown(rule);
        List<AlertStatus> active = new ArrayList<>();
        AlertState worst = AlertState.INACTIVE;
        for (AlertRecord alert : alerts) {
            if (alert.isActive()) {
                AlertState state = alert.phase() == AlertPhase.FIRING ? AlertState.FIRING : AlertState.PENDING;
                worst = state.compareTo(worst) > 0 ? state : worst;
                active.add(new AlertStatus(
                        alert.labels(),
                        alert.annotations(),
                        state,
                        Instant.ofEpochMilli(alert.activeAtMillis()),
                        alert.keepFiringSinceMillis() == 0 ? null : Instant.ofEpochMilli(alert.keepFiringSinceMillis()),
                        alert.value()));
            }
        }
        return new RuleStatus(
                unknown.alerting(),
                unknown.name(),
                unknown.query(),
                unknown.labels(),
                unknown.holdFor(),
                unknown.keepFiringFor(),
                unknown.annotations(),
                worst,
                active,
                health,
                lastError,
                evaluationTime,
                lastEvaluation);
    }
}
