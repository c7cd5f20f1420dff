package io.pharos.simulation.chaos;

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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Asks one node without end what is known already: an answer is exact or an error, and anything else is a fault. One thread. */
final class AnswerWatch implements Runnable {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 150;

    private final URI url;
    private final KnownSeries known;
    private final ChaosTimeline timeline;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicLong exact = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private volatile long wholeRoundBeganNanos;
    private volatile boolean hasWholeRound;
    private volatile String lastError = "";

    AnswerWatch(URI url, KnownSeries known, ChaosTimeline timeline) {
        this.url = url;
        this.known = known;
        this.timeline = timeline;
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long began = System.nanoTime();
                boolean whole = true;
                for (KnownSeries.Question question : known.questions()) {
                    whole &= ask(question);
                }
                if (whole) {
                    wholeRoundBeganNanos = began;
                    hasWholeRound = true;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether every question of a round that began after a time was answered. */
    boolean answeredAllSince(long nanos) {
        return hasWholeRound && wholeRoundBeganNanos - nanos >= 0;
    }

    long exact() {
        return exact.get();
    }

    long errors() {
        return errors.get();
    }

    /** Why there was no answer the last time there was none. */
    String lastError() {
        return lastError;
    }

    private boolean ask(KnownSeries.Question question) throws InterruptedException {
        String query = "/api/v1/query?query=" + URLEncoder.encode(question.expression(), StandardCharsets.UTF_8)
                + String.format(Locale.ROOT, "&time=%d.%03d", question.millis() / 1_000, question.millis() % 1_000);
        HttpRequest request = HttpRequest.newBuilder(url.resolve(query))
                .timeout(REQUEST_TIMEOUT)
                .build();
        JsonNode answer;
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            answer = json.readTree(response.body());
        } catch (IOException unanswered) {
            failed(unanswered.toString());
            return false;
        }
        if (!answer.path("status").asText().equals("success")) {
            failed(answer.path("error").asText("an answer without an error"));
            return false;
        }
        JsonNode result = answer.at("/data/result");
        double value = result.size() == 1 ? result.get(0).path("value").path(1).asDouble() : Double.NaN;
        if (value != question.answer()) {
            timeline.wrong(url + " answered " + question.expression() + " at " + question.millis() + " with "
                    + (result.size() == 1 ? Double.toString(value) : result.size() + " series") + " instead of "
                    + question.answer() + ", and called it a success");
            return false;
        }
        exact.incrementAndGet();
        return true;
    }

    private void failed(String why) {
        errors.incrementAndGet();
        lastError = why;
    }

    static List<AnswerWatch> of(List<URI> urls, KnownSeries known, ChaosTimeline timeline) {
        return urls.stream().map(url -> new AnswerWatch(url, known, timeline)).toList();
    }
}
