package io.pharos.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrometheusDurationTest {
    @Test
    void readsUnitsFromLongestToShortest() {
        assertThat(PrometheusDuration.parse("1h30m")).contains(Duration.ofMinutes(90));
        assertThat(PrometheusDuration.parse("1d2h3m4s5ms"))
                .contains(Duration.ofDays(1)
                        .plusHours(2)
                        .plusMinutes(3)
                        .plusSeconds(4)
                        .plusMillis(5));
        assertThat(PrometheusDuration.parse("0")).contains(Duration.ZERO);
    }

    @Test
    void refusesEverythingElse() {
        for (String text : new String[] {"", "1", "1.5h", "30m1h", "1m1m", "-1s", "99999999999999y", "1 s"}) {
            assertThat(PrometheusDuration.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void writesWhatItReads() {
        for (String text : new String[] {"1ms", "15s", "1h30m", "1d", "2w", "1y", "1d2h3m4s5ms", "0s"}) {
            assertThat(PrometheusDuration.parse(text).map(PrometheusDuration::format))
                    .contains(text);
        }
    }
}
