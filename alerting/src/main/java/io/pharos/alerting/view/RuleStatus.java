package io.pharos.alerting.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule and how its last evaluation went.
 *
 * @param alerting whether it is an alerting rule; state, holdFor, keepFiringFor, annotations and alerts mean something only then
 * @param annotations as written, not expanded
 * @param state of its most severe alert
 * @param lastError empty where the health is not {@link Health#ERROR}
 * @param evaluationTime how long the last evaluation took
 * @param lastEvaluation null where there was none yet
 */
public record RuleStatus(
        boolean alerting,
        String name,
        String query,
        Map<String, String> labels,
        Duration holdFor,
        Duration keepFiringFor,
        Map<String, String> annotations,
        AlertState state,
        List<AlertStatus> alerts,
        Health health,
        String lastError,
        Duration evaluationTime,
        @Nullable Instant lastEvaluation) {
    /** How the last evaluation of a rule went. */
    public enum Health {
        /** There was none yet. */
        UNKNOWN("unknown"),
        /** It had a result. */
        OK("ok"),
        /** It had none, and changed nothing. */
        ERROR("err");

        private final String text;

        Health(String text) {
            this.text = text;
        }

        /** The name in Prometheus' API. */
        public String text() {
            return text;
        }
    }
}
