package io.pharos.clusternode;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** A target in OpenMetrics whose histogram and counter have exemplars: other ones with each scrape, with times of their own and without. */
final class TracedTarget implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger scrapes = new AtomicInteger();

    TracedTarget() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] body =
                    text(scrapes.incrementAndGet(), System.currentTimeMillis()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static String text(int scrape, long now) {
        // Times of a tenth of a second before the scrape: the seconds of Unix with three digits after the point.
        String time = String.format(Locale.ROOT, "%.3f", (now - 100) / 1000.0);
        return """
                # TYPE traced_seconds histogram
                traced_seconds_bucket{le="0.1"} %1$d # {trace_id="fast-%1$d",span_id="1"} 0.0625 %2$s
                traced_seconds_bucket{le="1.0"} %3$d # {trace_id="slow-%1$d"} 0.75
                traced_seconds_bucket{le="+Inf"} %3$d
                traced_seconds_count %3$d
                traced_seconds_sum %1$d.5
                # TYPE traced counter
                traced_total{path="/x"} %1$d # {trace_id="counted-%1$d"} 1 %2$s
                # EOF
                """.formatted(scrape, time, 2 * scrape);
    }
}
