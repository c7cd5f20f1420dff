package io.pharos.clusternode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What surrounds a node that alerts: a thermometer it scrapes, a webhook it tells, and its configuration files. */
final class AlertingWorld implements AutoCloseable {
    /**
     * What the thermometer showed last. A scrape that a slow machine does not finish within its second ends the series: this looks
     * through that, as long as what is stored can be read; where it cannot, alerts keep firing for a while.
     */
    static final String TEMPERATURE = "last_over_time(temperature[5m])";

    /** How the webhook takes a notification. */
    enum Webhook {
        /** It answers 200. */
        TAKES,
        /** It answers 503. */
        REFUSES,
        /** It reads the request and does not answer. */
        HANGS
    }

    /**
     * A notification as it arrived.
     *
     * @param key its idempotency key
     * @param taken whether it was answered with 200
     */
    record Told(String key, JsonNode body, boolean taken) {
        /** Whether an alert of a name is in it with a status. */
        boolean names(String alert, String status) {
            for (JsonNode each : body.path("alerts")) {
                if (each.path("labels").path("alertname").asText().equals(alert)
                        && each.path("status").asText().equals(status)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final Path folder;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private volatile double temperature;
    private volatile Webhook webhook = Webhook.TAKES;

    /** Starts the servers and writes a configuration with these rules. */
    AlertingWorld(Path folder, double temperature, String rules) throws IOException {
        this.folder = folder;
        this.temperature = temperature;
        server.setExecutor(threads);
        server.createContext("/metrics", exchange -> answer(exchange, 200, "temperature " + this.temperature + "\n"));
        server.createContext("/webhook", this::onNotification);
        server.start();
        int port = server.getAddress().getPort();
        rules(rules);
        Files.writeString(folder.resolve("alertmanager.yml"), """
                route: {receiver: test, group_wait: 0s, group_interval: 1s, group_by: [alertname]}
                receivers:
                  - name: test
                    webhook_configs: [{url: 'http://127.0.0.1:%d/webhook'}]
                """.formatted(port));
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s}
                rule_files: [rules.yml]
                scrape_configs:
                  - job_name: thermometer
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """.formatted(port));
    }

    /** The options of a node in this world. */
    String[] options() {
        return new String[] {
            "--prometheus",
            folder.resolve("prometheus.yml").toString(),
            "--alertmanager",
            folder.resolve("alertmanager.yml").toString()
        };
    }

    void temperature(double now) {
        temperature = now;
    }

    void webhook(Webhook now) {
        webhook = now;
    }

    /** Replaces the rule file. */
    void rules(String text) throws IOException {
        Files.writeString(folder.resolve("rules.yml"), text);
    }

    /** The notifications about an alert in a status, in the order they came. */
    List<Told> told(String alert, String status) {
        return told.stream().filter(each -> each.names(alert, status)).toList();
    }

    private void onNotification(HttpExchange exchange) throws IOException {
        JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
        Webhook now = webhook;
        told.add(new Told(exchange.getRequestHeaders().getFirst("Idempotency-Key"), body, now == Webhook.TAKES));
        if (now != Webhook.HANGS) {
            answer(exchange, now == Webhook.TAKES ? 200 : 503, "");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
