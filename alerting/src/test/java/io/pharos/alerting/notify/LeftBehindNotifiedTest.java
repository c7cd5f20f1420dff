package io.pharos.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a group makes of what a dead process told its webhooks. */
final class LeftBehindNotifiedTest {
    private static Notified told(
            long ordinal, long at, List<String> firing, List<String> resolved, String... intended) {
        return new Notified(0, ordinal, at, firing, resolved, "", List.of(intended));
    }

    @Test
    void whatWasToldLastCountsAndWhatMayBeOpenIsIntended() {
        Notified own = told(2, 100, List.of("a"), List.of("b"), "c");
        Notified left = told(5, 50, List.of("a", "b", "d"), List.of("e"), "f");
        List<Notified> joined = LeftBehindNotified.joined(List.of(own), List.of(left));
        assertThat(joined).containsExactly(told(5, 100, List.of("a"), List.of("b"), "c", "d", "f"));
        assertThat(LeftBehindNotified.joined(joined, List.of(left))).isEqualTo(joined);
    }

    @Test
    void whatWasLeftBehindIsTakenAsItIsWhereNothingWasToldSince() {
        Notified left = told(5, 50, List.of("a"), List.of("e"), "f");
        assertThat(LeftBehindNotified.joined(List.of(), List.of(left))).containsExactly(left);
        Notified own = told(1, 20, List.of("g"), List.of());
        assertThat(LeftBehindNotified.joined(List.of(own), List.of(left)))
                .containsExactly(told(5, 50, List.of("a"), List.of("e"), "f", "g"));
    }

    @Test
    void oneWebhookInTwoPartsBecomesOne() {
        Notified first = told(1, 50, List.of("a"), List.of());
        Notified second = told(1, 50, List.of("b"), List.of());
        List<Notified> joined =
                LeftBehindNotified.joined(LeftBehindNotified.joined(List.of(), List.of(first)), List.of(second));
        assertThat(joined).containsExactly(told(1, 50, List.of("a"), List.of(), "b"));
        assertThat(LeftBehindNotified.joined(joined, List.of(first))).isEqualTo(joined);
    }
}
