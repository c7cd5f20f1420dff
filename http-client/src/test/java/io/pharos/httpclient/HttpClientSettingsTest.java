package io.pharos.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.conf.ConfigurationException;
import io.pharos.conf.YamlReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpClientSettingsTest {
    @TempDir
    Path folder;

    private static HttpClientSettings read(String yaml) throws ConfigurationException {
        return YamlReader.read("t.yml", yaml, HttpClientSettings::read);
    }

    @Test
    void readsEveryKey() throws Exception {
        HttpClientSettings settings = read("""
                authorization: {type: Token, credentials: abc}
                tls_config: {ca_file: ca.pem, cert_file: c.pem, key_file: k.pem, server_name: db, insecure_skip_verify: true}
                proxy_url: http://proxy:3128
                follow_redirects: false
                enable_http2: true
                http_headers: {X-Scope: {values: [a, b], secrets: [c]}}
                """);
        assertThat(settings.authorization())
                .contains(new HttpClientSettings.Authorization.Credentials("Token", Secret.of("abc")));
        assertThat(settings.tls().serverName()).contains("db");
        assertThat(settings.tls().skipVerification()).isTrue();
        assertThat(settings.tls().authorities().orElseThrow())
                .hasFileName("ca.pem")
                .isAbsolute();
        assertThat(settings.proxy().orElseThrow()).hasHost("proxy").hasPort(3128);
        assertThat(settings.followRedirects()).isFalse();
        assertThat(settings.headers().get("X-Scope")).hasSize(3);
        assertThat(settings.toString()).doesNotContain("abc");
    }

    @Test
    void anEmptyMappingIsTheDefault() throws Exception {
        assertThat(read("")).isEqualTo(HttpClientSettings.DEFAULT);
    }

    @Test
    void faultsAreNamedWithTheirPlace() {
        assertThatThrownBy(() -> read("basic_auth:\n  username: a\n  pasword: b\noauth2: {}\nbearer_token: x\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("t.yml:3")
                .hasMessageContaining("did you mean 'password'")
                .hasMessageContaining("oauth2: is not supported yet")
                .hasMessageContaining("at most one of basic_auth");
        assertThatThrownBy(() -> read("tls_config: {cert_file: a}")).hasMessageContaining("go together");
        assertThatThrownBy(() -> read("authorization: {type: Basic}")).hasMessageContaining("use basic_auth");
        assertThatThrownBy(() -> read("http_headers: {Host: {values: [a]}}")).hasMessageContaining("cannot be set");
        assertThatThrownBy(() -> read("proxy_url: 'socks5://a:1'")).hasMessageContaining("expected http://HOST:PORT");
    }

    @Test
    void aSecretInAFileIsReadAgain() throws Exception {
        Path file = folder.resolve("token");
        Secret secret = Secret.in(file);
        assertThatThrownBy(secret::read).hasMessageContaining("cannot be read");
        Files.writeString(file, "one\n");
        assertThat(secret.read()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(secret.read()).isEqualTo("two");
    }
}
