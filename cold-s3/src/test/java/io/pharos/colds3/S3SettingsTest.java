package io.pharos.colds3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class S3SettingsTest {
    private static final Map<String, String> GOOD = Map.of(
            "bucket", "cold",
            "prefix", "a/b/",
            "region", "eu-west-1",
            "endpoint", "",
            "path-style", "false",
            "credentials-file", "",
            "profile", "",
            "timeout", "60s");

    private static S3Settings with(String key, String value) {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.put(key, value);
        return S3Settings.of(settings);
    }

    @Test
    void aPlaceIsTold() {
        assertThat(S3Settings.of(GOOD).place()).isEqualTo("the bucket cold under a/b/ at Amazon's eu-west-1");
        S3Settings own = with("endpoint", "https://minio.example.org:9000");
        assertThat(own.place()).isEqualTo("the bucket cold under a/b/ at https://minio.example.org:9000");
        assertThat(own.timeout()).hasSeconds(60);
        assertThat(with("credentials-file", "/etc/keys").credentials()).isEqualTo(Optional.of(Path.of("/etc/keys")));
    }

    @Test
    void whatIsWrongIsNamed() {
        for (String[] wrong : new String[][] {
            {"bucket", ""},
            {"bucket", "Cold Bucket"},
            {"prefix", "no-slash"},
            {"prefix", "../"},
            {"region", ""},
            {"endpoint", "ftp://host"},
            {"endpoint", "host:9000"},
            {"endpoint", "http://host/with/path"},
            {"endpoint", "not an address"},
            {"path-style", "perhaps"},
            {"timeout", "0s"},
            {"timeout", "3601s"},
            {"timeout", "soon"}
        }) {
            assertThatThrownBy(() -> with(wrong[0], wrong[1]))
                    .as("%s = %s", wrong[0], wrong[1])
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("pharos.storage.cold.s3: " + wrong[0]);
        }
    }

    @Test
    void secretsInAnEndpointAreNotRepeated() {
        assertThatThrownBy(() -> with("endpoint", "https://user:secret@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> with("endpoint", "https://user:sec ret@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("ret@");
    }
}
