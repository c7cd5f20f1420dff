package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.conf.HoconReader;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HttpApiSettingsTest {
    @Test
    void defaultsAreThese() {
        assertThat(HttpApiSettings.of(HoconReader.defaults()))
                .isEqualTo(new HttpApiSettings(
                        "127.0.0.1",
                        9090,
                        Set.of("ingest", "store", "query", "alert"),
                        Optional.empty(),
                        false,
                        1024,
                        128 * 1024 * 1024,
                        Duration.ofSeconds(10),
                        10 * 1024 * 1024,
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(5),
                        11_000,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1)));
    }

    @Test
    void theAddressCanBeReplaced() {
        HttpApiSettings settings = HttpApiSettings.of(HoconReader.defaults()).at("127.0.0.2", 1);
        assertThat(settings.host()).isEqualTo("127.0.0.2");
        assertThat(settings.port()).isEqualTo(1);
        assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(10));
    }
}
