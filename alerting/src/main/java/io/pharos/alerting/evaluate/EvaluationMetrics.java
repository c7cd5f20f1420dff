package io.pharos.alerting.evaluate;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What a node counts of its evaluations. Thread-safe. */
public final class EvaluationMetrics {
    final Counter evaluations;
    final Counter failures;
    final Counter missed;
    final Histogram seconds;
    final Histogram lag;
    final EvaluationTimes times = new EvaluationTimes();

    public EvaluationMetrics(PrometheusRegistry registry) {
        evaluations = Counter.builder()
                .name("pharos_alerting_rule_evaluations_total")
                .help("Evaluations of single rules.")
                .register(registry);
        failures = Counter.builder()
                .name("pharos_alerting_rule_evaluation_failures_total")
                .help("Evaluations of single rules that had no result and changed nothing.")
                .register(registry);
        missed = Counter.builder()
                .name("pharos_alerting_group_evaluations_missed_total")
                .help("Ticks of rule groups that came while an evaluation was still under way.")
                .register(registry);
        seconds = Histogram.builder()
                .name("pharos_alerting_group_evaluation_seconds")
                .help("How long one evaluation of a group takes.")
                .register(registry);
        lag = Histogram.builder()
                .name("pharos_alerting_group_lag_seconds")
                .help("From the time an evaluation of a group is of until it is done.")
                .classicUpperBounds(.005, .01, .02, .03, .05, .075, .1, .15, .2, .3, .5, .75, 1, 1.5, 2, 5, 10, 30, 60)
                .register(registry);
    }

    /** When groups were last evaluated. */
    public EvaluationTimes times() {
        return times;
    }
}
