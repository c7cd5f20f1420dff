package io.pharos.colds3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a bucket is, and how long it is waited for.
 *
 * @param prefix what the names of all objects begin with; empty, or ending with a slash
 * @param endpoint of a server that is not Amazon's
 * @param pathStyle whether the bucket stands in the path of a URL instead of its host
 * @param credentials a file with keys; where there is none they come from where Amazon's tools look
 * @param profile the section of a file with keys; empty for the one the environment names, or the default one
 * @param timeout of one attempt of a request
 */
record S3Settings(
        String bucket,
        String prefix,
        String region,
        Optional<URI> endpoint,
        boolean pathStyle,
        Optional<Path> credentials,
        String profile,
        Duration timeout) {
    private static final String PATH = "pharos.storage.cold.s3";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*");
    private static final int PREFIX_LENGTH_MAX = 200;
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,4})s");
    private static final Duration TIMEOUT_MAX = Duration.ofHours(1);

    S3Settings {
        require(
                BUCKET.matcher(bucket).matches(),
                "bucket '" + bucket + "' is no name of a bucket (3 to 63 small letters, digits, dots and hyphens)");
        require(
                PREFIX.matcher(prefix).matches() && prefix.length() <= PREFIX_LENGTH_MAX,
                "prefix '" + prefix + "' is not parts of letters, digits, dots, _ and -, each ended by a slash");
        require(REGION.matcher(region).matches(), "region '" + region + "' is no region");
        require(
                !timeout.isZero() && timeout.compareTo(TIMEOUT_MAX) <= 0,
                "timeout has to be 1s to " + TIMEOUT_MAX.toSeconds() + "s");
        endpoint.ifPresent(S3Settings::check);
    }

    /** Of the block of the configuration; what is wrong is an {@link IllegalArgumentException} that names it. */
    static S3Settings of(Map<String, String> settings) {
        String file = text(settings, "credentials-file");
        var seconds = SECONDS.matcher(text(settings, "timeout"));
        require(seconds.matches(), "timeout is '" + text(settings, "timeout") + "', not seconds such as 60s");
        String endpoint = text(settings, "endpoint");
        return new S3Settings(
                text(settings, "bucket"),
                text(settings, "prefix"),
                text(settings, "region"),
                endpoint.isEmpty() ? Optional.empty() : Optional.of(uri(endpoint)),
                truth(settings, "path-style"),
                file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file)),
                text(settings, "profile"),
                Duration.ofSeconds(Long.parseLong(seconds.group(1))));
    }

    private static String text(Map<String, String> settings, String key) {
        return settings.getOrDefault(key, "");
    }

    private static boolean truth(Map<String, String> settings, String key) {
        String value = text(settings, key);
        require(value.equals("true") || value.equals("false"), key + " is '" + value + "', neither true nor false");
        return value.equals("true");
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(PATH + ": endpoint is no address of the form https://HOST:PORT", wrong);
        }
    }

    private static void check(URI uri) {
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        String path = uri.getPath() == null ? "" : uri.getPath();
        // Without what stands before @, which may be a secret.
        require(
                http
                        && uri.getHost() != null
                        && uri.getUserInfo() == null
                        && uri.getQuery() == null
                        && uri.getFragment() == null
                        && (path.isEmpty() || path.equals("/")),
                "endpoint " + uri.getScheme() + "://" + uri.getHost() + " is no address of the form https://HOST:PORT");
    }

    private static void require(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(PATH + ": " + message);
        }
    }

    /** The place as people are told it. */
    String place() {
        return "the bucket " + bucket + (prefix.isEmpty() ? "" : " under " + prefix) + " at "
                + endpoint.map(URI::toString).orElse("Amazon's " + region);
    }
}
