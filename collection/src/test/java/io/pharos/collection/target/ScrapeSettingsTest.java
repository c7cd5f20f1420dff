package io.pharos.collection.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.conf.HoconReader;
import org.junit.jupiter.api.Test;

class ScrapeSettingsTest {
    @Test
    void defaultsAreAsDocumented() {
        assertThat(ScrapeSettings.of(HoconReader.defaults()))
                .isEqualTo(new ScrapeSettings(64 << 20, 500_000, false, 1000, 10_000, 100_000));
    }
}
