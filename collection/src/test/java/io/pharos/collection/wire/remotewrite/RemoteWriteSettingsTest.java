package io.pharos.collection.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.conf.HoconReader;
import org.junit.jupiter.api.Test;

class RemoteWriteSettingsTest {
    @Test
    void defaultsAreThoseOfTheDocumentation() {
        assertThat(RemoteWriteSettings.of(HoconReader.defaults()))
                .isEqualTo(new RemoteWriteSettings(
                        16 << 20, 64 << 20, 200_000, 1_000_000, 64, 512, 8192, 1000, 32 << 20, 10_000));
    }
}
