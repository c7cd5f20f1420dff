package io.pharos.clusternode.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code pharos query} asks and prints; the answers are those of {@code /api/v1/query}. */
class QueryCommandTest {
    private static final String UP = "{\"resultType\":\"vector\",\"result\":["
            + "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\",\"zone\":\"z\"},\"value\":[1,\"1\"]},"
            + "{\"metric\":{},\"value\":[1,\"NaN\"]}]";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private volatile String body = "";
    private volatile int status = 200;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int query(String... arguments) {
        List<String> all = new ArrayList<>(List.of("query"));
        all.add("--url");
        all.add("http://127.0.0.1:" + server.getAddress().getPort());
        all.addAll(List.of(arguments));
        return new CommandLine(new PharosCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return 1;
                })
                .execute(all.toArray(String[]::new));
    }

    @Test
    void explainShowsThePlanAsATreeBelowTheAnswer() {
        body = "{\"status\":\"success\",\"data\":" + UP + ",\"stats\":{\"timings\":{},\"plan\":"
                + "{\"what\":\"topk()\",\"where\":\"root at 10.0.0.1:7000\",\"series\":2,\"samples\":0,\"chunks\":0,"
                + "\"millis\":0.25,\"children\":["
                + "{\"what\":\"sum by (job) (up)\",\"where\":\"aggregate, 2 answers\",\"series\":3,\"samples\":12,"
                + "\"chunks\":5,\"millis\":1.5,\"children\":["
                + "{\"what\":\"32 shards\",\"where\":\"10.0.0.1:7000\",\"series\":1,\"samples\":4,\"chunks\":2,"
                + "\"millis\":1.5,\"children\":[]},"
                + "{\"what\":\"32 shards\",\"where\":\"10.0.0.2:7000\",\"series\":2,\"samples\":8,\"chunks\":3,"
                + "\"millis\":0.0004,\"children\":[]}]}]}}},\"warnings\":[\"partial result\"],\"infos\":[\"a hint\"]}";
        assertThat(query("--explain", "topk(1, sum by (job) (up))")).isZero();
        assertThat(asked)
                .singleElement()
                .asString()
                .startsWith("/api/v1/query?")
                .contains("stats=all");
        assertThat(out.toString().lines())
                .containsExactly(
                        "up{job=\"a\", zone=\"z\"}  1",
                        "{}  NaN",
                        "topk()  [root at 10.0.0.1:7000: 2 series, 0.250 ms]",
                        "  sum by (job) (up)  [aggregate, 2 answers: 3 series, 12 samples, 5 chunks, 1.500 ms]",
                        "    32 shards  [10.0.0.1:7000: 1 series, 4 samples, 2 chunks, 1.500 ms]",
                        "    32 shards  [10.0.0.2:7000: 2 series, 8 samples, 3 chunks, 0.000 ms]");
        assertThat(err.toString().lines()).containsExactly("warning: partial result", "info: a hint");
    }

    @Test
    void withoutItNoPlanIsAskedForNorShown() {
        body = "{\"status\":\"success\",\"data\":" + UP + "}}";
        assertThat(query("--time", "2026-11-20T12:00:00Z", "up")).isZero();
        assertThat(asked)
                .singleElement()
                .asString()
                .contains("query=up")
                .contains("time=2026-11-20T12%3A00%3A00Z")
                .doesNotContain("stats");
        assertThat(out.toString().lines()).containsExactly("up{job=\"a\", zone=\"z\"}  1", "{}  NaN");
    }

    @Test
    void theErrorOfTheServerIsTheCommandsError() {
        status = 400;
        body = "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:3: parse error: unexpected end\"}";
        assertThat(query("--explain", "up{")).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().strip()).isEqualTo("1:3: parse error: unexpected end");
        assertThat(query("--json", "up{")).isEqualTo(1);
        assertThat(out.toString().strip()).isEqualTo(body);
    }
}
