package io.pharos.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alerting.alert.AlertSettings;
import io.pharos.alerting.evaluate.EvaluationSettings;
import io.pharos.alerting.journal.JournalSettings;
import io.pharos.alerting.notify.NotifySettings;
import io.pharos.conf.HoconReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AlertingSettingsTest {
    @Test
    void theDefaultsAreThese() {
        AlertingSettings settings = AlertingSettings.of(HoconReader.defaults());
        assertThat(settings.journal())
                .isEqualTo(new JournalSettings(
                        Duration.ofSeconds(5),
                        Duration.ofMillis(500),
                        200,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        4L << 20,
                        256L << 20));
        assertThat(settings.alert()).isEqualTo(new AlertSettings(Duration.ofMinutes(1), Duration.ofMinutes(15)));
        assertThat(settings.evaluation())
                .isEqualTo(new EvaluationSettings(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(3)));
        assertThat(settings.notification())
                .isEqualTo(new NotifySettings(Duration.ofSeconds(1), Duration.ofMinutes(1), 1000, 10_000));
    }
}
