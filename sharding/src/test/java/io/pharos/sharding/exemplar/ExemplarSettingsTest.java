package io.pharos.sharding.exemplar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExemplarSettingsTest {
    private static final Config DEFAULTS = ConfigFactory.parseResources("pharos/reference.conf");

    @Test
    void theDefaultsAreTheseAndNoOthers() {
        assertThat(ExemplarSettings.of(DEFAULTS))
                .isEqualTo(new ExemplarSettings(
                        Duration.ofDays(7), 32 << 20, 32, 32 << 20, Duration.ofSeconds(10), 20_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "retention = 59m",
                "retention = 101d",
                "series-max = 0",
                "flush-interval = 99ms",
                "flush-interval = 11m",
                "answer-max = 0"
            })
    void whatCannotWorkIsRefusedByName(String wrong) {
        Config config =
                ConfigFactory.parseString("pharos.sharding.exemplars." + wrong).withFallback(DEFAULTS);
        assertThatThrownBy(() -> ExemplarSettings.of(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pharos.sharding.exemplars." + wrong.substring(0, wrong.indexOf(' ')));
    }
}
