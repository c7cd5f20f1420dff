package io.pharos.simulation.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.ServerValues;
import io.pharos.timeseries.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackfillTest {
    private static final long END = 1_763_700_000_000L;

    @Test
    void thePastIsThatOfTheSimulationAndWholeAlsoWhenANodeFailsNowAndThen() throws Exception {
        Queue<String> bodies = new ConcurrentLinkedQueue<>();
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/import", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (requests.incrementAndGet() % 3 == 1) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                bodies.add(body);
                long samples = body.lines()
                        .mapToLong(line -> line.substring(line.indexOf("timestamps"))
                                        .chars()
                                        .filter(c -> c == ',')
                                        .count()
                                + 1)
                        .sum();
                exchange.getResponseHeaders().add("X-Pharos-Samples-Stored", Long.toString(samples));
                exchange.sendResponseHeaders(204, -1);
            }
            exchange.close();
        });
        server.start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            BackfillSettings settings = new BackfillSettings(
                    List.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                    3,
                    45,
                    Duration.ofSeconds(60),
                    Duration.ofHours(30),
                    7,
                    2,
                    null);
            int code = Backfill.run(settings, END, new PrintStream(out, true, StandardCharsets.UTF_8), false);
            assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
        } finally {
            server.stop(0);
        }
        Map<Labels, Map<Long, Double>> found = new TreeMap<>();
        ObjectMapper json = new ObjectMapper();
        for (String body : bodies) {
            for (String line : body.split("\n", -1)) {
                if (!line.isEmpty()) {
                    JsonNode node = json.readTree(line);
                    Labels.Builder labels = new Labels.Builder();
                    node.get("metric")
                            .properties()
                            .forEach(label ->
                                    labels.set(label.getKey(), label.getValue().asText()));
                    Map<Long, Double> samples = found.computeIfAbsent(labels.build(), added -> new TreeMap<>());
                    for (int i = 0; i < node.get("values").size(); i++) {
                        samples.put(
                                node.get("timestamps").get(i).asLong(),
                                node.get("values").get(i).asDouble());
                    }
                }
            }
        }
        Fleet fleet = new Fleet(3, 45);
        ServerValues values = new ServerValues(7, fleet);
        assertThat(found).hasSize(fleet.series());
        for (int series = 0; series < fleet.series(); series++) {
            Map<Long, Double> expected = new TreeMap<>();
            for (long time = END - 30 * 3_600_000L; time < END; time += 60_000) {
                expected.put(time, values.value(series, time, Incidents.NONE));
            }
            assertThat(found.get(fleet.labels(series))).as("series %s", series).isEqualTo(expected);
        }
    }

    @Test
    void everyNumberIsReadBackAsItWas() {
        Random random = new Random(3);
        JsonLineWriter writer = new JsonLineWriter();
        for (int i = 0; i < 20_000; i++) {
            double value = switch (i % 5) {
                case 0 -> random.nextInt();
                case 1 -> random.nextInt(2_000_000) / 1000.0 - 1000;
                case 2 -> random.nextDouble();
                case 3 -> Double.longBitsToDouble(random.nextLong() & 0xffefffffffffffffL);
                default -> -0.0;
            };
            writer.clear();
            writer.line(new byte[0], new double[] {value}, 1, new byte[0]);
            String text = new String(writer.bytes(), 0, writer.size(), StandardCharsets.ISO_8859_1);
            if (!Double.isNaN(value)) {
                assertThat(Double.doubleToRawLongBits(Double.parseDouble(text)))
                        .as(text)
                        .isEqualTo(Double.doubleToRawLongBits(value));
            }
        }
    }
}
