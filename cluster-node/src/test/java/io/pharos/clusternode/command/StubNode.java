package io.pharos.clusternode.command;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine;

/** A node that answers what it is told, and the command line that asks it. */
final class StubNode implements AutoCloseable {
    /**
     * An answer.
     *
     * @param headers beside those of any answer
     */
    record Answer(int status, String body, Map<String, String> headers) {
        static Answer of(int status, String body) {
            return new Answer(status, body, Map.of());
        }
    }

    /** Method, path and parameters of each request, in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** Their bodies. */
    final List<String> bodies = new CopyOnWriteArrayList<>();

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final HttpServer server;

    StubNode() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Answer answer = next();
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    private synchronized Answer next() {
        Answer first = answers.peekFirst();
        if (first == null) {
            throw new IllegalStateException("no answer was told");
        }
        return answers.size() > 1 ? answers.removeFirst() : first;
    }

    /** Answers in their order, the last one to all that comes after it. */
    synchronized void answers(Answer... told) {
        answers.clear();
        answers.addAll(List.of(told));
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Runs a command against it, and gives its exit code. */
    int run(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command, "--url", url()));
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

    @Override
    public void close() {
        server.stop(0);
    }
}
