package io.pharos.simulation.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads raw samples through the query API: an instant query whose expression is a range selector. One thread. */
final class RangeReader {
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);
    private static final int ERROR_CHARS_MAX = 300;

    /** Takes the samples of an answer. */
    interface SampleVisitor {
        /** The labels of the series whose samples follow; false when they need not be read. */
        boolean series(Labels labels);

        /** A sample of the series told last. */
        void sample(long millis, double value);
    }

    /** A query that could not be answered; trying again may help. */
    static final class Unanswered extends IOException {
        private static final long serialVersionUID = 1;

        Unanswered(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final JsonFactory json = new JsonFactory();
    private final List<URI> urls;
    private final @Nullable String bearerToken;
    private int turn;

    RangeReader(List<URI> urls, @Nullable String bearerToken) {
        this.urls = urls;
        this.bearerToken = bearerToken;
    }

    /** Reads the samples of a selector that are later than one time and not later than another, in milliseconds. */
    void read(String selector, long afterMillis, long upToMillis, SampleVisitor visitor)
            throws IOException, InterruptedException {
        String query = selector + "[" + (upToMillis - afterMillis) + "ms]";
        String form = "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)
                + String.format(Locale.ROOT, "&time=%d.%03d", upToMillis / 1_000, upToMillis % 1_000);
        URI url = urls.get(Math.floorMod(turn++, urls.size())).resolve("/api/v1/query");
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        if (bearerToken != null) {
            request.header("Authorization", "Bearer " + bearerToken);
        }
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException failure) {
            throw new Unanswered(url + " failed: " + failure, failure);
        }
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                String text = new String(body.readNBytes(ERROR_CHARS_MAX), StandardCharsets.UTF_8);
                String message = url + " answered " + response.statusCode() + ": " + text.strip();
                if (response.statusCode() / 100 == 5 || response.statusCode() == 429) {
                    throw new Unanswered(message, null);
                }
                throw new IOException(message + " (query " + query + ")");
            }
            parse(url, body, visitor);
        }
    }

    private void parse(URI url, InputStream body, SampleVisitor visitor) throws IOException {
        boolean matrix = false;
        try (JsonParser parser = json.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.FIELD_NAME) {
                    continue;
                }
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("resultType")) {
                    matrix = parser.getText().equals("matrix");
                } else if (field.equals("result") && parser.currentToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        readSeries(parser, visitor);
                    }
                }
            }
        }
        if (!matrix) {
            throw new IOException(url + " did not answer with a matrix");
        }
    }

    private static void readSeries(JsonParser parser, SampleVisitor visitor) throws IOException {
        boolean wanted = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("metric")) {
                wanted = visitor.series(readLabels(parser));
            } else if (field.equals("values") && wanted) {
                readSamples(parser, visitor);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static Labels readLabels(JsonParser parser) throws IOException {
        Labels.Builder labels = new Labels.Builder();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            labels.set(name, parser.getText());
        }
        return labels.build();
    }

    private static void readSamples(JsonParser parser, SampleVisitor visitor) throws IOException {
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            parser.nextToken();
            long millis = Math.round(parser.getDoubleValue() * 1_000);
            parser.nextToken();
            visitor.sample(millis, parseValue(parser.getText()));
            parser.nextToken();
        }
    }

    private static double parseValue(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
