package io.pharos.simulation.fault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes incidents for a running simulation: {@code POST /incident?kind=cpu&seconds=60&pool=web} on a loopback port, which a
 * file tells while it is open. A header that no web page can set without being asked keeps browsers out.
 */
public final class IncidentControl implements AutoCloseable {
    /** The header a request has to carry, with any value. */
    public static final String HEADER = "X-Pharos-Simulation";

    private static final long SECONDS_MAX = 86_400;

    /** Starts an incident and says in one line what happens; throws {@link IllegalArgumentException} for an unknown pool. */
    public interface Starter {
        /** Starts an incident in a pool (null for the first one) for some seconds. */
        String start(IncidentKind kind, @Nullable String pool, long seconds);
    }

    private final HttpServer server;
    private final Starter starter;
    private final @Nullable Path portFile;

    private IncidentControl(HttpServer server, Starter starter, @Nullable Path portFile) {
        this.server = server;
        this.starter = starter;
        this.portFile = portFile;
    }

    /** Opens the control on a loopback port (0 for any free one) and writes the port to a file, if one is given. */
    public static IncidentControl open(int port, @Nullable Path portFile, Starter starter) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException failure) {
            throw new IOException(
                    "the simulation's control port " + port + " cannot be opened: " + failure.getMessage(), failure);
        }
        IncidentControl control = new IncidentControl(server, starter, portFile);
        server.createContext("/incident", control::onIncident);
        server.start();
        if (portFile != null) {
            try {
                writePort(portFile, control.port());
            } catch (IOException failure) {
                server.stop(0);
                throw failure;
            }
        }
        return control;
    }

    private static void writePort(Path file, int port) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, List.of(Integer.toString(port)), StandardCharsets.US_ASCII);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void onIncident(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            answer(exchange, 405, "use POST");
            return;
        }
        if (!exchange.getRequestHeaders().containsKey(HEADER)) {
            answer(exchange, 403, "the header " + HEADER + " is missing");
            return;
        }
        try {
            Map<String, String> parameters = parameters(exchange.getRequestURI().getRawQuery());
            IncidentKind kind = IncidentKind.parse(parameters.getOrDefault("kind", ""));
            long seconds = Long.parseLong(parameters.getOrDefault("seconds", "60"));
            if (seconds < 1 || seconds > SECONDS_MAX) {
                throw new IllegalArgumentException("an incident lasts from 1 second to a day, not " + seconds + " s");
            }
            answer(exchange, 200, starter.start(kind, parameters.get("pool"), seconds));
        } catch (IllegalArgumentException | IllegalStateException refused) {
            answer(exchange, 400, String.valueOf(refused.getMessage()));
        }
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        URLDecoder.decode(part.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    private static void answer(HttpExchange exchange, int status, String line) throws IOException {
        byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Closes the port and deletes its file. */
    @Override
    public void close() throws IOException {
        server.stop(0);
        if (portFile != null) {
            Files.deleteIfExists(portFile);
        }
    }
}
