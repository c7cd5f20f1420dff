package io.pharos.simulation.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void onlyServerErrorsAndTooManyRequestsAreSentAgain() {
        assertThat(Retry.isWorthIt(500)).isTrue();
        assertThat(Retry.isWorthIt(503)).isTrue();
        assertThat(Retry.isWorthIt(429)).isTrue();
        assertThat(Retry.isWorthIt(400)).isFalse();
        assertThat(Retry.isWorthIt(404)).isFalse();
    }

    @Test
    void theBackoffGrowsToItsLimit() {
        for (int failures = 1; failures < 40; failures++) {
            assertThat(Retry.backoffMillis(failures)).isBetween(15L, 5_000L);
        }
        assertThat(Retry.backoffMillis(1)).isLessThanOrEqualTo(30);
        assertThat(Retry.backoffMillis(30)).isGreaterThanOrEqualTo(2_500);
    }

    @Test
    void retryAfterIsSecondsOrADateAndAtMostAMinute() {
        assertThat(Retry.askedForMillis(Optional.of("2"), NOW)).isEqualTo(2_000);
        assertThat(Retry.askedForMillis(Optional.of("Thu, 01 Jan 2026 00:00:07 GMT"), NOW))
                .isEqualTo(7_000);
        assertThat(Retry.askedForMillis(Optional.of("100000"), NOW)).isEqualTo(60_000);
        assertThat(Retry.askedForMillis(Optional.of("soon"), NOW)).isZero();
        assertThat(Retry.askedForMillis(Optional.empty(), NOW)).isZero();
    }
}
