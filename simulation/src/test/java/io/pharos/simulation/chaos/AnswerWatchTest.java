package io.pharos.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Against a server that knows what the fixed series are. */
class AnswerWatchTest {
    private final ChaosTimeline timeline =
            new ChaosTimeline(new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    private volatile int missing;
    private volatile boolean refuses;

    private String answer(String query) {
        if (refuses) {
            return "{\"status\":\"error\",\"error\":\"shard 3 is being recovered\"}";
        }
        double value = query.contains("chaos_fixed{n=")
                ? Double.parseDouble(query.replaceAll(".*n=\"(\\d+)\".*", "$1"))
                : query.contains("count(") ? 640 - missing : query.contains("count_over_time") ? 3840 : 204_480;
        if (query.contains("sum_over_time")) {
            value *= 6;
        }
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\""
                + value + "\"]}]}}";
    }

    @Test
    void anExactAnswerIsGoodAnErrorIsNoneAndLessIsWrong() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            byte[] body =
                    answer(URLDecoder.decode(query, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        KnownSeries known = new KnownSeries(List.of(url), InstantSource.system());
        AnswerWatch watch = new AnswerWatch(url, known, timeline);
        Thread thread = new Thread(watch);
        try {
            known.writeFixed();
            thread.start();
            await(() -> watch.answeredAllSince(0) && watch.exact() >= 5);
            assertThat(timeline.wrong()).isEmpty();

            refuses = true;
            await(() -> watch.errors() > 0);
            assertThat(watch.lastError()).isEqualTo("shard 3 is being recovered");
            assertThat(timeline.wrong()).isEmpty();

            missing = 1;
            refuses = false;
            await(() -> !timeline.wrong().isEmpty());
            assertThat(timeline.wrong().get(0)).contains("639.0 instead of 640.0");
            long now = System.nanoTime();
            missing = 0;
            await(() -> watch.answeredAllSince(now));
        } finally {
            thread.interrupt();
            server.stop(0);
        }
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition);
    }
}
