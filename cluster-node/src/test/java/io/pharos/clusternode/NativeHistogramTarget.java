package io.pharos.clusternode;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A target with two native histograms of the metric {@code native_seconds}, which grow by the same with each scrape: so every
 * tenth is at the bound of a bucket, where any way of interpolating gives the same quantile. Protobuf only.
 */
final class NativeHistogramTarget implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger scrapes = new AtomicInteger();

    NativeHistogramTarget() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] family = family(scrapes.incrementAndGet());
            byte[] body = ProtobufBytes.join(ProtobufBytes.varint(family.length), family);
            exchange.getResponseHeaders()
                    .set(
                            "Content-Type",
                            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited");
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

    private static byte[] family(int scrape) {
        long each = 2L * scrape;
        byte[] coarse =
                histogram(1, 10 * each, 3.5 * scrape, 0, ProtobufBytes.join(span(12, 1, 10), deltas(13, each, 10)));
        byte[] fine = histogram(
                3,
                10 * each,
                -0.25 * scrape,
                each,
                ProtobufBytes.join(
                        span(9, 1, 2), deltas(10, each, 2), span(12, -3, 3), span(12, 4, 4), deltas(13, each, 7)));
        return ProtobufBytes.join(
                text(1, "native_seconds"),
                text(2, "Native."),
                number(3, 4),
                metric("coarse", coarse),
                metric("fine", fine));
    }

    private static byte[] metric(String kind, byte[] histogram) {
        return message(4, message(1, text(1, "kind"), text(2, kind)), message(7, histogram));
    }

    private static byte[] histogram(int schema, long count, double sum, long zeroCount, byte[] buckets) {
        return ProtobufBytes.join(
                number(1, count),
                fixed(2, sum),
                number(5, zigzag(schema)),
                fixed(6, 0x1p-128),
                number(7, zeroCount),
                buckets);
    }

    private static byte[] span(int field, int offset, int length) {
        return message(field, number(1, zigzag(offset)), number(2, length));
    }

    /** Buckets of the same count. */
    private static byte[] deltas(int field, long count, int buckets) {
        return message(field, ProtobufBytes.varint(zigzag(count)), new byte[buckets - 1]);
    }

    private static byte[] message(int field, byte[]... parts) {
        byte[] content = ProtobufBytes.join(parts);
        return ProtobufBytes.join(
                ProtobufBytes.varint((long) field << 3 | 2), ProtobufBytes.varint(content.length), content);
    }

    private static byte[] text(int field, String text) {
        return message(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] number(int field, long number) {
        return ProtobufBytes.join(ProtobufBytes.varint((long) field << 3), ProtobufBytes.varint(number));
    }

    private static byte[] fixed(int field, double number) {
        byte[] bytes = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(number)
                .array();
        return ProtobufBytes.join(ProtobufBytes.varint((long) field << 3 | 1), bytes);
    }

    private static long zigzag(long number) {
        return number << 1 ^ number >> 63;
    }
}
