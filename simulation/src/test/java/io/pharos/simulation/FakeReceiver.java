package io.pharos.simulation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A receiver of remote write that keeps what it gets and answers instant queries for ranges of it. */
public final class FakeReceiver implements AutoCloseable {
    private static final Pattern QUERY = Pattern.compile("\\{job=\"simulator\",instance=~?\"(.*)\"\\}\\[(\\d+)ms\\]");

    /** An answer to be given instead of the usual one. */
    public record Answer(int status, String retryAfter) {}

    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final Map<Labels, TreeMap<Long, Double>> stored = new TreeMap<>();
    private final List<String> outOfOrder = new ArrayList<>();
    private final Queue<Long> requestNanos = new ConcurrentLinkedQueue<>();

    private FakeReceiver(HttpServer server) {
        this.server = server;
    }

    public static FakeReceiver start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FakeReceiver receiver = new FakeReceiver(server);
        server.setExecutor(receiver.executor);
        server.createContext("/api/v1/write", receiver::onWrite);
        server.createContext("/api/v1/query", receiver::onQuery);
        server.start();
        return receiver;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public synchronized void answerNext(int status, String retryAfter) {
        answers.add(new Answer(status, retryAfter));
    }

    public int requests() {
        return requestNanos.size();
    }

    /** Nanoseconds between the request at a position and the next one. */
    public long gapNanos(int position) {
        List<Long> all = new ArrayList<>(requestNanos);
        return all.get(position + 1) - all.get(position);
    }

    public synchronized long samples() {
        return stored.values().stream().mapToLong(TreeMap::size).sum();
    }

    public synchronized List<String> outOfOrder() {
        return List.copyOf(outOfOrder);
    }

    /** Lets a test look at, and spoil, what is stored. */
    public synchronized void forEachSeries(BiConsumer<Labels, NavigableMap<Long, Double>> action) {
        stored.forEach(action);
    }

    private void onWrite(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        requestNanos.add(System.nanoTime());
        Answer answer;
        synchronized (this) {
            answer = answers.poll();
            if (answer == null) {
                for (WriteRequestReader.Sample sample : WriteRequestReader.read(body)) {
                    TreeMap<Long, Double> series = stored.computeIfAbsent(sample.labels(), labels -> new TreeMap<>());
                    if (!series.isEmpty() && series.lastKey() >= sample.millis()) {
                        outOfOrder.add(sample.labels() + " at " + sample.millis());
                    }
                    series.put(sample.millis(), sample.value());
                }
            }
        }
        if (answer != null && !answer.retryAfter().isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
        }
        exchange.sendResponseHeaders(answer == null ? 204 : answer.status(), -1);
        exchange.close();
    }

    private void onQuery(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = "";
        long upTo = 0;
        for (String part : form.split("&", -1)) {
            String value = URLDecoder.decode(part.substring(part.indexOf('=') + 1), StandardCharsets.UTF_8);
            if (part.startsWith("query=")) {
                query = value;
            } else {
                upTo = Math.round(Double.parseDouble(value) * 1000);
            }
        }
        Matcher matcher = QUERY.matcher(query);
        boolean known = matcher.matches();
        byte[] body = (known
                        ? answer(
                                List.of(matcher.group(1).split("\\|", -1)),
                                upTo - Long.parseLong(matcher.group(2)),
                                upTo)
                        : "unknown query " + query)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(known ? 200 : 400, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private synchronized String answer(List<String> instances, long after, long upTo) {
        StringBuilder out =
                new StringBuilder("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
        String comma = "";
        for (Map.Entry<Labels, TreeMap<Long, Double>> series : stored.entrySet()) {
            Map<Long, Double> range = series.getValue().subMap(after, false, upTo, true);
            if (!instances.contains(series.getKey().valueOf("instance")) || range.isEmpty()) {
                continue;
            }
            out.append(comma).append("{\"metric\":{");
            Labels labels = series.getKey();
            for (int i = 0; i < labels.size(); i++) {
                out.append(i == 0 ? "\"" : ",\"")
                        .append(labels.name(i))
                        .append("\":\"")
                        .append(labels.value(i))
                        .append('"');
            }
            out.append("},\"values\":[");
            String inner = "";
            for (Map.Entry<Long, Double> sample : range.entrySet()) {
                out.append(inner)
                        .append('[')
                        .append(sample.getKey() / 1000.0)
                        .append(",\"")
                        .append(sample.getValue());
                out.append("\"]");
                inner = ",";
            }
            out.append("]}");
            comma = ",";
        }
        return out.append("]}}").toString();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
