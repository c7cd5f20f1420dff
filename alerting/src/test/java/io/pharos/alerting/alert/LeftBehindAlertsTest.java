package io.pharos.alerting.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a rule makes of alerts that a dead process told of. */
final class LeftBehindAlertsTest {
    private static final long LEFT_AT = 1_000_000;

    private static AlertRecord alert(String name, AlertPhase phase, long activeAt, long firedAt, long resolvedAt) {
        return new AlertRecord(Map.of("name", name), Map.of(), phase, activeAt, firedAt, 0, resolvedAt, 1);
    }

    private static AlertTransitions joined(@Nullable AlertRecord own, AlertRecord left) {
        return LeftBehindAlerts.joined(own == null ? List.of() : List.of(own), List.of(left), LEFT_AT);
    }

    @Test
    void oneThatFiredOrEndedAndIsNotKnownIsTakenOverAndAPendingOneIsNot() {
        AlertRecord firing = alert("a", AlertPhase.FIRING, 10, 20, 0);
        assertThat(joined(null, firing)).isEqualTo(new AlertTransitions(List.of(firing), List.of(firing)));
        AlertRecord resolved = alert("a", AlertPhase.RESOLVED, 10, 20, 30);
        assertThat(joined(null, resolved).changed())
                .as("its end may not have been told: it ends anew")
                .containsExactly(firing);
        assertThat(joined(null, alert("a", AlertPhase.PENDING, 10, 0, 0)).alerts())
                .isEmpty();
    }

    @Test
    void oneThatIsActiveAgainIsAsOldAsItWas() {
        AlertRecord pending = alert("a", AlertPhase.PENDING, LEFT_AT + 1, 0, 0);
        AlertTransitions transitions = joined(pending, alert("a", AlertPhase.FIRING, 10, 20, 0));
        assertThat(transitions.changed()).containsExactly(alert("a", AlertPhase.FIRING, 10, 20, 0));
        assertThat(joined(pending, alert("a", AlertPhase.PENDING, 10, 0, 0)).alerts())
                .containsExactly(alert("a", AlertPhase.PENDING, 10, 0, 0));
    }

    @Test
    void oneThatIsActiveLongAfterwardsIsAnotherOne() {
        AlertRecord pending = alert("a", AlertPhase.PENDING, LEFT_AT + 3_600_001, 0, 0);
        assertThat(joined(pending, alert("a", AlertPhase.FIRING, 10, 20, 0)).changed())
                .isEmpty();
    }

    @Test
    void oneThatIsKnownToHaveEndedStaysEndedUnlessItFiredAgain() {
        AlertRecord ended = alert("a", AlertPhase.RESOLVED, 10, 20, 30);
        assertThat(joined(ended, alert("a", AlertPhase.FIRING, 10, 20, 0)).changed())
                .isEmpty();
        AlertRecord again = alert("a", AlertPhase.FIRING, 40, 50, 0);
        assertThat(joined(ended, again).alerts()).containsExactly(again);
    }

    @Test
    void joiningTheSameAgainChangesNothing() {
        AlertRecord other = alert("b", AlertPhase.FIRING, 5, 6, 0);
        AlertRecord left = alert("a", AlertPhase.FIRING, 10, 20, 0);
        List<AlertRecord> once =
                LeftBehindAlerts.joined(List.of(other), List.of(left), LEFT_AT).alerts();
        assertThat(once).containsExactly(other, left);
        assertThat(LeftBehindAlerts.joined(once, List.of(left), LEFT_AT).changed())
                .isEmpty();
    }

    @Test
    void oneThatEndedLongAgoEndsOnceMoreAndIsThenKnown() {
        long now = 100_000_000;
        AlertRecord left = alert("a", AlertPhase.RESOLVED, 10, 20, 30);
        List<AlertRecord> joined = joined(null, left).alerts();
        AlertTransitions evaluated =
                AlertTransitions.of(joined, List.of(), now, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(15));
        assertThat(evaluated.changed()).containsExactly(alert("a", AlertPhase.RESOLVED, 10, 20, now));
        assertThat(LeftBehindAlerts.joined(evaluated.alerts(), List.of(left), LEFT_AT)
                        .changed())
                .isEmpty();
    }
}
