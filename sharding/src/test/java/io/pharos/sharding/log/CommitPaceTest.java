package io.pharos.sharding.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
    private static final long MILLI = 1_000_000;
    private static final int SMALL = 100;

    private long now;
    private final CommitPace pace = new CommitPace(
            new LogSettings(
                    64 << 10,
                    256 << 10,
                    1 << 20,
                    Duration.ofMillis(50),
                    Duration.ofMillis(400),
                    4,
                    1 << 20,
                    Duration.ofSeconds(1),
                    Duration.ofMillis(20),
                    1),
            now);

    /** A section comes a millisecond after the last row, alone, and its row starts when it may; how long that took. */
    private long aloneMillis() {
        now += MILLI;
        pace.sectionComes(true, now);
        long wait = Math.max(0, pace.waitNanos(SMALL, now));
        now += wait;
        pace.rowStarts(now);
        return wait / MILLI;
    }

    @Test
    void aRowThatWaitedLongForNobodyIsFollowedByRowsThatWaitTheShortestTime() {
        assertThat(aloneMillis()).as("the first").isZero();
        assertThat(aloneMillis()).isEqualTo(399);
        for (int i = 0; i < 15; i++) {
            assertThat(aloneMillis()).isEqualTo(49);
        }
        assertThat(pace.longWaitsForNothing()).isOne();
        assertThat(aloneMillis()).isEqualTo(399);
        assertThat(pace.longWaitsForNothing()).isEqualTo(2);
    }

    @Test
    void aRowThatWaitedWithOthersWasNotForNothing() {
        aloneMillis();
        now += MILLI;
        pace.sectionComes(true, now);
        now += 60 * MILLI;
        pace.sectionComes(false, now);
        now += pace.waitNanos(2 * SMALL, now);
        pace.rowStarts(now);
        assertThat(pace.longWaitsForNothing()).isZero();
        assertThat(aloneMillis()).isEqualTo(399);
    }
}
