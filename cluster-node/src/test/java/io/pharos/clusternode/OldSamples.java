package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Samples from before the window of a node: imported, rolled up over the joint of raw samples and minutes, deleted in part. Whatever
 * happens to the node, it answers the same of them, and says so as long as it does not.
 */
final class OldSamples {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int SERIES = 12;
    private static final int DAYS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Roll-ups are made at once, slices are small: a day of the one shard that has all of this takes several. */
    private static final List<String> OPTIONS = List.of(
            "--set",
            "pharos.storage.roll-up.interval=1s",
            "--set",
            "pharos.persistence.slice-size=8k",
            "--set",
            "pharos.http.admin-api=true");

    /** Midnight eight days and more ago: three days are points only, the others samples too. */
    private final long begin = Math.floorDiv(System.currentTimeMillis(), DAY) * DAY - 9 * DAY;

    private final long end = begin + DAYS * DAY;
    private final long deletedFrom = begin + DAY + 12 * HOUR + MINUTE;
    private final long deletedTo = begin + 3 * DAY + 12 * HOUR;
    private boolean deleted;

    /** What a node is started with, after other options. */
    static String[] options(String... others) {
        return Stream.concat(Stream.of(others), OPTIONS.stream()).toArray(String[]::new);
    }

    private static long value(int series, long time) {
        return Math.floorMod((time / MINUTE) * 7919 + series * 104_729L, 997);
    }

    private boolean isThere(int series, long time) {
        return !deleted || series != 3 || time < deletedFrom || time > deletedTo;
    }

    /** Series that differ in {@code le} alone lie in one shard. */
    void importInto(NodeUnderTest node) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        for (int series = 0; series < SERIES; series++) {
            StringBuilder times = new StringBuilder();
            body.append("{\"metric\":{\"__name__\":\"old_samples\",\"le\":\"")
                    .append(series)
                    .append("\"},\"values\":[");
            for (long time = begin + MINUTE; time <= end; time += MINUTE) {
                String comma = times.isEmpty() ? "" : ",";
                body.append(comma).append(value(series, time));
                times.append(comma).append(time);
            }
            body.append("],\"timestamps\":[").append(times).append("]}\n");
        }
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(node.url().resolve("/api/v1/import"))
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertThat(answer.headers().firstValueAsLong("X-Pharos-Samples-Stored")).hasValue(SERIES * DAYS * 1440L);
    }

    /** Deletes two days of one series, of points and of samples, by the command line. */
    void deleteIn(NodeUnderTest node) throws IOException, InterruptedException {
        assertThat(node.command(
                        "delete",
                        "--url",
                        node.url().toString(),
                        "old_samples{le=\"3\"}",
                        "--start",
                        Instant.ofEpochMilli(deletedFrom).toString(),
                        "--end",
                        Instant.ofEpochMilli(deletedTo).toString()))
                .contains("deleted in every shard");
        deleted = true;
    }

    /** Waits until all is answered as it should; an answer that is not so has to say that it may be incomplete. */
    void awaitWhole(NodeUnderTest node) {
        Awaitility.await("old samples are answered")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> isWhole(node, "sum(sum_over_time(old_samples[1h]))", true)
                        && isWhole(node, "sum(count_over_time(old_samples[1h]))", false));
    }

    private boolean isWhole(NodeUnderTest node, String expression, boolean sums)
            throws IOException, InterruptedException {
        JsonNode answer = node.get("/api/v1/query_range?step=1h&start=" + (begin + HOUR) / 1000 + "&end=" + end / 1000
                + "&query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(answer.toString());
        }
        JsonNode values = answer.at("/data/result/0/values");
        boolean same = values.size() == DAYS * 24;
        for (JsonNode pair : values) {
            long time = pair.path(0).asLong() * 1000;
            same &= Math.abs(pair.path(1).asDouble() - expected(time, sums)) < 1e-6;
        }
        boolean warned = answer.path("warnings").toString().contains("incomplete: ");
        assertThat(same || warned)
                .as("%s says nothing of what is missing: %s", expression, answer)
                .isTrue();
        return same && !warned;
    }

    /** Of the hour up to a time. */
    private double expected(long time, boolean sums) {
        double all = 0;
        for (int series = 0; series < SERIES; series++) {
            for (long t = time - HOUR + MINUTE; t <= time; t += MINUTE) {
                if (isThere(series, t)) {
                    all += sums ? value(series, t) : 1;
                }
            }
        }
        return all;
    }
}
