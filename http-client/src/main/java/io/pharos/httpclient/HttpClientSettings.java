package io.pharos.httpclient;

import io.pharos.conf.YamlValue;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prometheus' {@code http_config}: how requests of one receiver or scrape job authenticate, verify and travel.
 *
 * @param proxy where requests go through, http only
 * @param headers fields added to every request, unless the request has them; more than one value a name is allowed
 */
public record HttpClientSettings(
        Optional<Authorization> authorization,
        Tls tls,
        Optional<URI> proxy,
        boolean followRedirects,
        Map<String, List<Secret>> headers) {
    /** Nothing special: no authentication, the JDK's trusted authorities, redirects followed. */
    public static final HttpClientSettings DEFAULT =
            new HttpClientSettings(Optional.empty(), Tls.DEFAULT, Optional.empty(), true, Map.of());

    /** How a request says who sends it. */
    public sealed interface Authorization {
        /** User name and password; both may stand in files. */
        record Basic(Secret user, Secret password) implements Authorization {}

        /**
         * A scheme and its credentials.
         *
         * @param type usually {@code Bearer}
         */
        record Credentials(String type, Secret credentials) implements Authorization {}
    }

    /**
     * Who is trusted, and who we are. Files are read again when they change.
     *
     * @param authorities PEM certificates trusted instead of the JDK's
     * @param certificate our own certificate chain, PEM; goes with {@code key}
     * @param key our private key, PEM: PKCS#8, or PKCS#1 for RSA
     * @param serverName the name expected in the other side's certificate, where it is not the URL's host
     * @param skipVerification trust anybody
     */
    public record Tls(
            Optional<Path> authorities,
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<String> serverName,
            boolean skipVerification) {
        /** The JDK's authorities, no certificate of our own. */
        public static final Tls DEFAULT =
                new Tls(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    /** Reads a mapping that holds only these keys; faults are reported on it. Files are relative to the configuration's folder. */
    public static HttpClientSettings read(YamlValue value) {
        YamlValue.Mapping mapping = value.mapping();
        HttpClientSettings settings = read(value, mapping);
        mapping.refuseOthers();
        return settings;
    }

    /** Reads these keys of a mapping that has others too, such as a scrape job; the caller refuses unknown ones. */
    public static HttpClientSettings read(YamlValue value, YamlValue.Mapping mapping) {
        return new HttpClientSettingsReader(value, mapping).read();
    }
}
