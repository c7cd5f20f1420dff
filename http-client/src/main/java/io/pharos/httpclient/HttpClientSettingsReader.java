package io.pharos.httpclient;

import io.pharos.conf.YamlValue;
import io.pharos.httpclient.HttpClientSettings.Authorization;
import io.pharos.httpclient.HttpClientSettings.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the keys of {@code http_config}, all faults at their place. */
final class HttpClientSettingsReader {
    /** Fields that the transport writes itself. */
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "authorization",
            "host",
            "content-encoding",
            "content-length",
            "content-type",
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "www-authenticate",
            "accept-encoding",
            "transfer-encoding",
            "upgrade",
            "te",
            "trailer");

    private final YamlValue value;
    private final YamlValue.Mapping mapping;

    HttpClientSettingsReader(YamlValue value, YamlValue.Mapping mapping) {
        this.value = value;
        this.mapping = mapping;
    }

    HttpClientSettings read() {
        mapping.refuseUnsupported("oauth2", "proxy_from_environment", "no_proxy", "proxy_connect_header");
        // The protocol is negotiated, so leaving HTTP/2 out changes no answer: both values are right for us.
        mapping.optional("enable_http2").ifPresent(YamlValue::bool);
        return new HttpClientSettings(
                authorization(),
                mapping.optional("tls_config").map(this::tls).orElse(Tls.DEFAULT),
                mapping.optional("proxy_url").flatMap(this::proxy),
                mapping.optional("follow_redirects").map(YamlValue::bool).orElse(true),
                mapping.optional("http_headers").map(this::headers).orElse(Map.of()));
    }

    private Optional<Authorization> authorization() {
        List<Authorization> found = new ArrayList<>();
        mapping.optional("basic_auth").ifPresent(v -> found.add(basic(v)));
        mapping.optional("authorization").ifPresent(v -> found.add(credentials(v)));
        secret(value, mapping, "bearer_token", "bearer_token_file")
                .ifPresent(token -> found.add(new Authorization.Credentials("Bearer", token)));
        if (found.size() > 1) {
            value.error("at most one of basic_auth, authorization and bearer_token may be given");
        }
        return found.stream().findFirst();
    }

    private Authorization basic(YamlValue at) {
        YamlValue.Mapping keys = at.mapping();
        Optional<Secret> user = secret(at, keys, "username", "username_file");
        Optional<Secret> password = secret(at, keys, "password", "password_file");
        keys.refuseUnsupported("username_ref", "password_ref").refuseOthers();
        return new Authorization.Basic(user.orElse(Secret.of("")), password.orElse(Secret.of("")));
    }

    private Authorization credentials(YamlValue at) {
        YamlValue.Mapping keys = at.mapping();
        String type =
                keys.optional("type").map(YamlValue::text).orElse("Bearer").strip();
        if (type.equalsIgnoreCase("basic")) {
            at.error("for type Basic use basic_auth");
        }
        Optional<Secret> credentials = secret(at, keys, "credentials", "credentials_file");
        keys.refuseUnsupported("credentials_ref").refuseOthers();
        return new Authorization.Credentials(type, credentials.orElse(Secret.of("")));
    }

    private Tls tls(YamlValue at) {
        YamlValue.Mapping keys = at.mapping();
        Tls tls = new Tls(
                keys.optional("ca_file").map(this::path),
                keys.optional("cert_file").map(this::path),
                keys.optional("key_file").map(this::path),
                keys.optional("server_name").map(YamlValue::text),
                keys.optional("insecure_skip_verify").map(YamlValue::bool).orElse(false));
        keys.refuseUnsupported("ca", "cert", "key", "ca_ref", "cert_ref", "key_ref", "min_version", "max_version")
                .refuseOthers();
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            at.error("cert_file and key_file go together");
        }
        return tls;
    }

    private Optional<URI> proxy(YamlValue at) {
        return at.parsed(text -> {
            URI uri = URI.create(text);
            if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
                throw new IllegalArgumentException("expected http://HOST:PORT, not '" + text + "'");
            }
            if (uri.getUserInfo() != null) {
                throw new IllegalArgumentException("a proxy with user and password is not supported yet");
            }
            return uri;
        });
    }

    private Map<String, List<Secret>> headers(YamlValue at) {
        Map<String, List<Secret>> headers = new LinkedHashMap<>();
        YamlValue.Mapping names = at.mapping();
        for (String name : names.keys()) {
            YamlValue header = names.required(name);
            if (RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                header.error("is written by Pharos itself and cannot be set");
            } else if (!isToken(name)) {
                header.error("is not a header name");
            }
            YamlValue.Mapping keys = header.mapping();
            List<Secret> values = new ArrayList<>();
            for (String key : List.of("values", "secrets")) {
                keys.optional(key).ifPresent(list -> list.textList().forEach(text -> values.add(Secret.of(text))));
            }
            keys.optional("files").ifPresent(list -> list.list().forEach(file -> values.add(Secret.in(path(file)))));
            keys.refuseOthers();
            headers.put(name, List.copyOf(values));
        }
        return Map.copyOf(headers);
    }

    private static boolean isToken(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || c >= '0' && c <= '9'
                                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }

    private Optional<Secret> secret(YamlValue at, YamlValue.Mapping keys, String textKey, String fileKey) {
        Optional<Secret> text = keys.optional(textKey).map(v -> Secret.of(v.text()));
        Optional<Secret> file = keys.optional(fileKey).map(v -> Secret.in(path(v)));
        if (text.isPresent() && file.isPresent()) {
            at.error("at most one of " + textKey + " and " + fileKey + " may be given");
        }
        return text.or(() -> file);
    }

    private Path path(YamlValue at) {
        Path folder = Path.of(at.file()).toAbsolutePath().getParent();
        return folder == null ? Path.of(at.text()) : folder.resolve(at.text());
    }
}
