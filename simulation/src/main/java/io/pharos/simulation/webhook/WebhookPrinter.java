package io.pharos.simulation.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A receiver on a loopback port that prints each Alertmanager webhook (version 4) as one readable line. */
public final class WebhookPrinter implements AutoCloseable {
    private static final int BODY_BYTES_MAX = 4 << 20;
    private static final int ALERTS_TOLD = 5;

    private final HttpServer server;
    private final PrintStream out;
    private final ObjectMapper json = new ObjectMapper();

    private WebhookPrinter(HttpServer server, PrintStream out) {
        this.server = server;
        this.out = out;
    }

    /** Starts on a loopback port, 0 for any free one; takes any path. */
    public static WebhookPrinter start(int port, PrintStream out) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException failure) {
            throw new IOException(
                    "the webhook printer's port " + port + " cannot be opened: " + failure.getMessage(), failure);
        }
        WebhookPrinter printer = new WebhookPrinter(server, out);
        server.createContext("/", printer::onRequest);
        server.start();
        return printer;
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void onRequest(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(405, -1);
            } else if (body.length > BODY_BYTES_MAX) {
                exchange.sendResponseHeaders(413, -1);
            } else {
                String line;
                try {
                    line = line(json.readTree(body));
                } catch (JsonProcessingException malformed) {
                    exchange.sendResponseHeaders(400, -1);
                    return;
                }
                synchronized (out) {
                    out.println(line);
                    out.flush();
                }
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    /** The line for one payload: status, group, each alert's labels beyond the group's and its summary. */
    static String line(JsonNode payload) {
        StringBuilder line = new StringBuilder("webhook ");
        line.append(payload.path("status").asText("unknown").toUpperCase(Locale.ROOT));
        line.append(' ').append(labels(payload.path("groupLabels"), List.of()));
        JsonNode alerts = payload.path("alerts");
        line.append(": ").append(alerts.size()).append(alerts.size() == 1 ? " alert" : " alerts");
        List<String> known = new ArrayList<>();
        payload.path("groupLabels").fieldNames().forEachRemaining(known::add);
        for (int i = 0; i < alerts.size() && i < ALERTS_TOLD; i++) {
            line.append(i == 0 ? " | " : "; ").append(alert(alerts.get(i), known));
        }
        if (alerts.size() > ALERTS_TOLD) {
            line.append("; and ").append(alerts.size() - ALERTS_TOLD).append(" more");
        }
        return line.toString().replace('\n', ' ');
    }

    private static String alert(JsonNode alert, List<String> known) {
        JsonNode annotations = alert.path("annotations");
        String text = annotations
                .path("summary")
                .asText(annotations.path("description").asText(""));
        String since = alert.path("status").asText().equals("resolved")
                ? "resolved " + alert.path("endsAt").asText()
                : "since " + alert.path("startsAt").asText();
        return labels(alert.path("labels"), known) + (text.isEmpty() ? "" : " " + text) + " (" + since + ")";
    }

    private static String labels(JsonNode labels, List<String> known) {
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            if (!known.contains(label.getKey())) {
                text.append(text.length() == 1 ? "" : ", ")
                        .append(label.getKey())
                        .append('=');
                text.append(label.getValue().asText());
            }
        }
        return text.append('}').toString();
    }

    /** Closes the port at once. */
    @Override
    public void close() {
        server.stop(0);
    }
}
