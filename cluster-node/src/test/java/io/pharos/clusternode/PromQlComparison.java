package io.pharos.clusternode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The same expression asked of Prometheus and of Pharos, to which that Prometheus wrote. In an expression VIA stands for the
 * matcher of the external label that only what was written bears.
 */
final class PromQlComparison {
    private static final double RELATIVE_MAX = 1e-9;
    private static final String VIA = "via=\"prometheus\"";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final URI prometheus;
    private final URI pharos;
    private final List<String> differences = new ArrayList<>();
    private int refused;
    private int stricter;
    private double largest;
    private int points;

    PromQlComparison(URI prometheus, URI pharos) {
        this.prometheus = prometheus;
        this.pharos = pharos;
    }

    /** What differs by more than 1e-9 relative, or is only at one of both. */
    List<String> differences() {
        return differences;
    }

    /** The largest relative difference among the numbers at both. */
    double largest() {
        return largest;
    }

    int points() {
        return points;
    }

    /** Expressions that both refused. */
    int refused() {
        return refused;
    }

    /** Expressions that only Prometheus refused, since version 2 looks for series that collide where they do not meet. */
    int stricter() {
        return stricter;
    }

    /** Lets both refuse an expression, as one that was made at random may well be; by its time or, where there is a step, range. */
    int random(String expression, long startMillis, long endMillis, long stepMillis)
            throws IOException, InterruptedException {
        String path = stepMillis == 0 ? "query" : "query_range";
        String parameters = stepMillis == 0
                ? "&time=" + seconds(startMillis)
                : "&start=" + seconds(startMillis) + "&end=" + seconds(endMillis) + "&step=" + seconds(stepMillis);
        JsonNode theirs = ask(prometheus, path, expression, parameters);
        JsonNode ours = ask(pharos, path, expression, parameters);
        boolean theyRefuse = theirs.path("errorType").asText().equals("execution");
        if (theyRefuse && ours.path("errorType").asText().equals("execution")) {
            refused++;
            return 0;
        }
        String why = theirs.path("error").asText();
        if (theyRefuse
                && ours.path("status").asText().equals("success")
                && (why.contains("found duplicate series") || why.contains("cannot contain metrics with the same"))) {
            stricter++;
            return 0;
        }
        return compare(expression + " " + path + parameters, theirs, ours, null);
    }

    /** Compares at one time; returns how many numbers there were. */
    int instant(String expression, long timeMillis) throws IOException, InterruptedException {
        return compare(expression, "query", "&time=" + seconds(timeMillis));
    }

    /** Compares over a range; returns how many numbers there were. */
    int range(String expression, long startMillis, long endMillis, long stepMillis)
            throws IOException, InterruptedException {
        return compare(
                expression,
                "query_range",
                "&start=" + seconds(startMillis) + "&end=" + seconds(endMillis) + "&step=" + seconds(stepMillis));
    }

    /** The data of an answer of Prometheus. */
    JsonNode prometheus(String expression, long timeMillis) throws IOException, InterruptedException {
        return ask(prometheus, "query", expression, "&time=" + seconds(timeMillis))
                .path("data")
                .path("result");
    }

    private int compare(String expression, String path, String parameters) throws IOException, InterruptedException {
        JsonNode theirs = ask(prometheus, path, expression.replace("VIA,", "").replace("VIA", ""), parameters);
        String written = expression.replace("VIA", VIA);
        JsonNode ours = ask(pharos, path, written, parameters);
        Ranking ranking = Ranking.of(written);
        int numbers = compare(expression + " " + path + parameters, theirs, ours, ranking);
        // What is ranked is the same at both: so one that stands in for another at the last place has its value at
        // both.
        return ranking == null || numbers == 0
                ? numbers
                : numbers + compare(ranking.operand().replace(VIA, "VIA"), path, parameters);
    }

    private int compare(String what, JsonNode theirs, JsonNode ours, @Nullable Ranking ranking) {
        if (!theirs.path("status").asText().equals("success")
                || !ours.path("status").asText().equals("success")) {
            differences.add(what + ": Prometheus " + brief(theirs) + ", Pharos " + brief(ours));
            return 0;
        }
        Map<AnswerPoint, Double> expected = numbers(theirs.path("data"));
        Map<AnswerPoint, Double> actual = numbers(ours.path("data"));
        TreeSet<AnswerPoint> keys = new TreeSet<>(expected.keySet());
        keys.addAll(actual.keySet());
        int numbers = keys.size();
        points += numbers;
        if (ranking != null) {
            ranking.takeOutSwapped(expected, actual, this::isEqual);
            keys.removeIf(key -> !expected.containsKey(key) && !actual.containsKey(key));
        }
        int wrong = 0;
        for (AnswerPoint key : keys) {
            if (!isEqual(expected.get(key), actual.get(key)) && wrong++ == 0) {
                differences.add(what + " " + key + ": Prometheus " + expected.get(key) + ", Pharos " + actual.get(key));
            }
        }
        return numbers;
    }

    private boolean isEqual(@Nullable Double expected, @Nullable Double actual) {
        if (expected == null || actual == null) {
            return false;
        }
        if (expected.doubleValue() == actual.doubleValue() || (expected.isNaN() && actual.isNaN())) {
            return true;
        }
        double difference = Math.abs(expected - actual) / Math.max(Math.abs(expected), Math.abs(actual));
        if (Double.isFinite(difference)) {
            largest = Math.max(largest, difference);
        }
        return difference <= RELATIVE_MAX;
    }

    /** Every number of an answer under the labels of its series, without the external one, and its time. */
    private static Map<AnswerPoint, Double> numbers(JsonNode data) {
        Map<AnswerPoint, Double> numbers = new TreeMap<>();
        JsonNode result = data.path("result");
        if (data.path("resultType").asText().equals("scalar")) {
            put(numbers, new TreeMap<>(), result);
            return numbers;
        }
        for (JsonNode series : result) {
            SortedMap<String, String> labels = new TreeMap<>();
            series.path("metric").properties().forEach(label -> {
                if (!label.getKey().equals("via")) {
                    labels.put(label.getKey(), label.getValue().asText());
                }
            });
            if (series.has("value")) {
                put(numbers, labels, series.path("value"));
            }
            series.path("values").forEach(pair -> put(numbers, labels, pair));
            if (series.has("histogram")) {
                putHistogram(numbers, labels, series.path("histogram"));
            }
            series.path("histograms").forEach(pair -> putHistogram(numbers, labels, pair));
        }
        return numbers;
    }

    private static void put(Map<AnswerPoint, Double> numbers, SortedMap<String, String> labels, JsonNode pair) {
        AnswerPoint point = new AnswerPoint(labels, time(pair), "");
        String text = pair.path(1).asText();
        double value = text.endsWith("Inf")
                ? (text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
                : Double.parseDouble(text);
        if (numbers.put(point, value) != null) {
            throw new IllegalStateException("two numbers for " + point);
        }
    }

    private static long time(JsonNode pair) {
        return Math.round(pair.path(0).asDouble() * 1000);
    }

    /** Each number of a histogram, its buckets by their bounds. */
    private static void putHistogram(
            Map<AnswerPoint, Double> numbers, SortedMap<String, String> labels, JsonNode pair) {
        JsonNode histogram = pair.path(1);
        for (String part : List.of("count", "sum")) {
            numbers.put(
                    new AnswerPoint(labels, time(pair), part),
                    Double.parseDouble(histogram.path(part).asText()));
        }
        for (JsonNode bucket : histogram.path("buckets")) {
            String bounds = String.format(
                    Locale.ROOT,
                    "bucket %d %.9g %.9g",
                    bucket.path(0).asInt(),
                    Double.parseDouble(bucket.path(1).asText()),
                    Double.parseDouble(bucket.path(2).asText()));
            numbers.put(
                    new AnswerPoint(labels, time(pair), bounds),
                    Double.parseDouble(bucket.path(3).asText()));
        }
    }

    private JsonNode ask(URI server, String path, String expression, String parameters)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/api/v1/" + path))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8) + parameters))
                .build();
        return mapper.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static String brief(JsonNode answer) {
        return answer.path("status").asText() + " " + answer.path("error").asText();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%d.%03d", millis / 1000, millis % 1000);
    }
}
