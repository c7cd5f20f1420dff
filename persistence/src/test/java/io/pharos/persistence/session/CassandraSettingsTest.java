package io.pharos.persistence.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.persistence.embedded.EmbeddedCassandraSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pins the defaults that users see, and what becomes of a user's settings. */
class CassandraSettingsTest {
    private static final Config DEFAULTS =
            ConfigFactory.parseResources("pharos/persistence.conf").resolve().getConfig("pharos.persistence");

    @Test
    void withoutContactPointsTheServerIsTheEmbeddedOne() {
        CassandraSettings settings = CassandraSettings.of(DEFAULTS.getConfig("cassandra"));
        assertThat(settings)
                .isEqualTo(new CassandraSettings(
                        List.of(),
                        "datacenter1",
                        Optional.empty(),
                        Optional.empty(),
                        "pharos",
                        0,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5)));
        assertThat(settings.isExternal()).isFalse();
        assertThat(settings.forEmbedded(17091).contactPoints()).containsExactly("127.0.0.1:17091");
        assertThat(settings.forEmbedded(17091).replicationFactor()).isEqualTo(1);
    }

    @Test
    void theEmbeddedServersDefaults() {
        assertThat(EmbeddedCassandraSettings.of(
                        DEFAULTS.getConfig("embedded"), Path.of("lib"), Path.of("data"), 17091, 17092))
                .isEqualTo(new EmbeddedCassandraSettings(
                        Path.of("lib"),
                        Path.of("data"),
                        17091,
                        17092,
                        "512m",
                        Optional.empty(),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(20),
                        true));
    }

    @Test
    void userAndEncryptionReachTheDriverAndPasswordsStayOutOfTexts() {
        Config user = ConfigFactory.parseString("""
            contact-points = ["a:9042", "b:9042"], user = pharos, password = secret
            tls { enabled = true, truststore = trust.p12, truststore-password = secret }
            """).withFallback(DEFAULTS.getConfig("cassandra"));
        CassandraSettings settings = CassandraSettings.of(user);
        Config driver = DriverSettings.of(settings).driver();
        assertThat(settings.toString()).doesNotContain("secret");
        assertThat(settings.isExternal()).isTrue();
        assertThat(driver.getStringList("basic.contact-points")).containsExactly("a:9042", "b:9042");
        assertThat(driver.getString("advanced.auth-provider.username")).isEqualTo("pharos");
        assertThat(driver.getString("advanced.ssl-engine-factory.truststore-path"))
                .isEqualTo("trust.p12");
        assertThat(driver.getBoolean("advanced.ssl-engine-factory.hostname-validation"))
                .isTrue();
    }
}
