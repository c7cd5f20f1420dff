package io.pharos.alerting.evaluate;

import io.pharos.alerting.alert.AlertPhase;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The series that rules write: pure functions from results and alerts. */
final class RuleSeries {
    private RuleSeries() {}

    /** The elements of a result; a scalar is one element without labels. */
    static List<QueryValue.VectorSample> elements(QueryValue value) {
        if (value instanceof QueryValue.Vector vector) {
            return vector.samples();
        }
        if (value instanceof QueryValue.Scalar scalar) {
            return List.of(new QueryValue.VectorSample(Labels.EMPTY, scalar.timestampMillis(), scalar.value()));
        }
        throw new QueryException(
                QueryException.Kind.EXECUTION,
                "rule result is not a vector or scalar: it must have one value a series");
    }

    /** The series of a recording rule. */
    static Map<Labels, RuleSample> recorded(String name, Map<String, String> labels, QueryValue value) {
        Map<Labels, RuleSample> series = new LinkedHashMap<>();
        for (QueryValue.VectorSample sample : elements(value)) {
            Labels.Builder builder = sample.labels().toBuilder().set(Labels.METRIC_NAME, name);
            labels.forEach(builder::set);
            Labels all = builder.build();
            if (series.put(all, new RuleSample(sample.value(), sample.histogram())) != null) {
                throw new QueryException(
                        QueryException.Kind.EXECUTION,
                        "vector contains metrics with the same labelset after applying rule labels: " + all);
            }
        }
        return series;
    }

    /** ALERTS and ALERTS_FOR_STATE of the active alerts. */
    static Map<Labels, RuleSample> alerts(String rule, List<AlertRecord> alerts) {
        Map<Labels, RuleSample> series = new LinkedHashMap<>();
        for (AlertRecord alert : alerts) {
            if (alert.isActive()) {
                Labels.Builder state = builder(alert, rule).set(Labels.METRIC_NAME, "ALERTS");
                state.set("alertstate", alert.phase() == AlertPhase.FIRING ? "firing" : "pending");
                series.put(state.build(), RuleSample.of(1));
                series.put(
                        builder(alert, rule)
                                .set(Labels.METRIC_NAME, "ALERTS_FOR_STATE")
                                .build(),
                        RuleSample.of((double) Math.floorDiv(alert.activeAtMillis(), 1000L)));
            }
        }
        return series;
    }

    private static Labels.Builder builder(AlertRecord alert, String rule) {
        Labels.Builder builder = Labels.of(alert.labels()).toBuilder();
        return builder.set("alertname", rule);
    }
}
