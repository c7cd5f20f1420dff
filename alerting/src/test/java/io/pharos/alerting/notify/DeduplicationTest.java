package io.pharos.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeduplicationTest {
    private static final Duration REPEAT = Duration.ofHours(4);
    private static final long HOUR = 3_600_000;
    private static final long TOLD = 1_000_000_000_000L;

    private static Notified told(List<String> firing, List<String> resolved) {
        return new Notified(0, 1, TOLD, firing, resolved, "", List.of());
    }

    private static boolean isDue(Notified known, List<String> firing, List<String> resolved, long afterHours) {
        return Deduplication.isDue(known, firing, resolved, true, REPEAT, TOLD + afterHours * HOUR);
    }

    @Test
    void whatFiresIsToldAtFirstWhenItGrowsAndAgainAfterTheRepeatInterval() {
        assertThat(isDue(Notified.nothing(0), List.of("a"), List.of(), 0)).isTrue();
        assertThat(isDue(told(List.of("a"), List.of()), List.of("a", "b"), List.of(), 0))
                .isTrue();
        assertThat(isDue(told(List.of("a", "b"), List.of()), List.of("a"), List.of(), 3))
                .isFalse();
        assertThat(isDue(told(List.of("a"), List.of()), List.of("a"), List.of(), 4))
                .isTrue();
    }

    @Test
    void anEndIsToldWhereTheBeginningWasHoweverLongAgo() {
        assertThat(isDue(Notified.nothing(0), List.of(), List.of("a"), 0)).isFalse();
        for (int hours : new int[] {0, 3, 5, 9, 1000}) {
            assertThat(isDue(told(List.of("a"), List.of()), List.of(), List.of("a"), hours))
                    .as("after %s hours", hours)
                    .isTrue();
        }
        assertThat(isDue(told(List.of(), List.of("a")), List.of(), List.of("a"), 0))
                .isFalse();
    }

    @Test
    void anEndBesideAlertsThatFireIsNewsOnlyForWhoWantsIt() {
        Notified known = told(List.of("a", "b"), List.of());
        assertThat(Deduplication.isDue(known, List.of("a"), List.of("b"), true, REPEAT, TOLD + HOUR))
                .isTrue();
        assertThat(Deduplication.isDue(known, List.of("a"), List.of("b"), false, REPEAT, TOLD + HOUR))
                .isFalse();
    }

    @Test
    void theEndOfWhatMayHaveArrivedIsTold() {
        Notified intended = new Notified(0, 0, 0, List.of(), List.of(), "key", List.of("a"));
        assertThat(isDue(intended, List.of(), List.of("a"), 0)).isTrue();
    }
}
