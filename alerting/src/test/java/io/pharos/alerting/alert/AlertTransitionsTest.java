package io.pharos.alerting.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AlertTransitionsTest {
    private static final Duration HOLD = Duration.ofSeconds(30);
    private static final Duration RETENTION = Duration.ofMinutes(15);

    private static AlertElement element(double value) {
        return new AlertElement(Map.of("alertname", "A"), Map.of("summary", "is " + value), value);
    }

    private static AlertTransitions step(
            List<AlertRecord> before, boolean there, long at, Duration hold, Duration keep) {
        List<AlertElement> elements = there ? List.of(element((double) at)) : List.of();
        return AlertTransitions.of(before, elements, at, hold, keep, RETENTION);
    }

    @Test
    void anAlertIsPendingThenFiresThenIsResolved() {
        AlertTransitions first = step(List.of(), true, 1000, HOLD, Duration.ZERO);
        assertThat(first.changed()).singleElement().satisfies(alert -> {
            assertThat(alert.phase()).isEqualTo(AlertPhase.PENDING);
            assertThat(alert.activeAtMillis()).isEqualTo(1000);
        });
        AlertTransitions second = step(first.alerts(), true, 30_999, HOLD, Duration.ZERO);
        assertThat(second.changed()).isEmpty();
        assertThat(second.alerts().get(0).value()).isEqualTo(30_999);
        assertThat(second.alerts().get(0).annotations()).containsEntry("summary", "is 30999.0");
        AlertTransitions third = step(second.alerts(), true, 31_000, HOLD, Duration.ZERO);
        assertThat(third.changed()).singleElement().satisfies(alert -> {
            assertThat(alert.phase()).isEqualTo(AlertPhase.FIRING);
            assertThat(alert.firedAtMillis()).isEqualTo(31_000);
            assertThat(alert.activeAtMillis()).isEqualTo(1000);
        });
        AlertTransitions fourth = step(third.alerts(), false, 40_000, HOLD, Duration.ZERO);
        assertThat(fourth.changed()).singleElement().satisfies(alert -> {
            assertThat(alert.phase()).isEqualTo(AlertPhase.RESOLVED);
            assertThat(alert.resolvedAtMillis()).isEqualTo(40_000);
        });
        assertThat(step(fourth.alerts(), false, 40_000 + 900_000, HOLD, Duration.ZERO)
                        .alerts())
                .hasSize(1);
        assertThat(step(fourth.alerts(), false, 40_001 + 900_000, HOLD, Duration.ZERO)
                        .alerts())
                .isEmpty();
    }

    @Test
    void aRuleWithoutForFiresAtOnce() {
        AlertTransitions first = step(List.of(), true, 1000, Duration.ZERO, Duration.ZERO);
        assertThat(first.changed()).singleElement().matches(alert -> alert.phase() == AlertPhase.FIRING);
    }

    @Test
    void aPendingAlertThatGoesIsForgotten() {
        AlertTransitions first = step(List.of(), true, 1000, HOLD, Duration.ZERO);
        AlertTransitions second = step(first.alerts(), false, 2000, HOLD, Duration.ZERO);
        assertThat(second.alerts()).isEmpty();
        assertThat(second.changed()).singleElement().matches(alert -> alert.phase() == AlertPhase.INACTIVE);
    }

    @Test
    void keepFiringForHoldsAnAlertAndItsReturnEndsTheHold() {
        Duration keep = Duration.ofSeconds(60);
        List<AlertRecord> firing =
                step(List.of(), true, 1000, Duration.ZERO, keep).alerts();
        AlertTransitions held = step(firing, false, 11_000, Duration.ZERO, keep);
        assertThat(held.changed()).singleElement().satisfies(alert -> {
            assertThat(alert.phase()).isEqualTo(AlertPhase.FIRING);
            assertThat(alert.keepFiringSinceMillis()).isEqualTo(11_000);
        });
        assertThat(step(held.alerts(), false, 70_999, Duration.ZERO, keep).changed())
                .isEmpty();
        assertThat(step(held.alerts(), false, 71_000, Duration.ZERO, keep)
                        .changed()
                        .get(0)
                        .phase())
                .isEqualTo(AlertPhase.RESOLVED);
        AlertRecord back =
                step(held.alerts(), true, 20_000, Duration.ZERO, keep).changed().get(0);
        assertThat(back.keepFiringSinceMillis()).isZero();
        assertThat(back.activeAtMillis()).isEqualTo(1000);
    }

    @Test
    void aLongerForPutsAFiringAlertBack() {
        List<AlertRecord> firing =
                step(List.of(), true, 1000, Duration.ZERO, Duration.ZERO).alerts();
        AlertTransitions longer = step(firing, true, 2000, HOLD, Duration.ZERO);
        assertThat(longer.changed()).singleElement().matches(alert -> alert.phase() == AlertPhase.PENDING);
    }

    @Test
    void whatTheJournalKnewIsTakenOverWhenItComesLate() {
        List<AlertRecord> recorded =
                step(List.of(), true, 1000, Duration.ZERO, Duration.ZERO).alerts();
        List<AlertRecord> own =
                step(List.of(), true, 50_000, HOLD, Duration.ZERO).alerts();
        AlertRecord merged = AlertTransitions.reconciled(own, recorded, 50_000, HOLD)
                .alerts()
                .get(0);
        assertThat(merged.phase()).isEqualTo(AlertPhase.FIRING);
        assertThat(merged.activeAtMillis()).isEqualTo(1000);
        assertThat(merged.firedAtMillis()).isEqualTo(1000);
        assertThat(AlertTransitions.reconciled(List.of(), recorded, 0, HOLD).alerts())
                .isEqualTo(recorded);
        assertThat(AlertTransitions.reconciled(List.of(), recorded, 60_000, HOLD)
                        .changed())
                .singleElement()
                .matches(alert -> alert.phase() == AlertPhase.RESOLVED && alert.resolvedAtMillis() == 60_000);
    }
}
