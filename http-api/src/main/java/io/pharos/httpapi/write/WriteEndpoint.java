package io.pharos.httpapi.write;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.Materializer;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.collection.wire.remotewrite.RemoteWriteDecoder;
import io.pharos.collection.wire.remotewrite.RemoteWriteRequest;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.ErrorType;
import io.pharos.httpapi.server.Route;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleSink;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes remote write requests: from the body through decoding to the sink it is one stream. Bodies under way share a budget of
 * bytes, so that many slow senders cannot fill the heap; beyond it a sender is asked to come again.
 */
public final class WriteEndpoint {
    private static final String V1 = "prometheus.WriteRequest";
    private static final String EXEMPLARS_WRITTEN = "X-Prometheus-Remote-Write-Exemplars-Written";
    private static final int BUFFER_FIRST_BYTES = 16 * 1024;

    private final RemoteWriteDecoder decoder;
    private final SampleSink sink;
    private final ExemplarSink exemplars;
    private final InstantSource clock;
    private final WriteLimits limits;
    private final long bodyBytesMax;
    private final ByteBudget budget;
    private final Materializer materializer;
    private final Counter bodyBytes;

    /**
     * How much is taken.
     *
     * @param bytesUnderWayMax of all bodies that have no answer yet
     * @param deadline a request is answered within this time
     */
    public record WriteLimits(long bytesUnderWayMax, Duration deadline) {}

    public WriteEndpoint(
            RemoteWriteDecoder decoder,
            SampleSink sink,
            ExemplarSink exemplars,
            InstantSource clock,
            WriteLimits limits,
            PrometheusRegistry registry,
            Materializer materializer) {
        this.decoder = decoder;
        this.sink = sink;
        this.exemplars = exemplars;
        this.clock = clock;
        this.limits = limits;
        this.bodyBytesMax = decoder.settings().compressedBytesMax();
        this.budget = new ByteBudget(limits.bytesUnderWayMax());
        this.materializer = materializer;
        this.bodyBytes = Counter.builder()
                .name("pharos_http_write_body_bytes_total")
                .help("Bytes of remote write bodies received, compressed.")
                .register(registry);
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(
                Route.stream("/api/v1/write", this::write),
                Route.stream("/api/v1/push", this::write),
                Route.stream("/api/prom/push", this::write));
    }

    private CompletionStage<HttpResponse> write(Call call) {
        HttpRequest request = call.request();
        try {
            checkKind(call);
        } catch (ApiException e) {
            request.discardEntityBytes(materializer);
            throw e;
        }
        long announced = request.entity().getContentLengthOption().orElse(-1);
        if (announced > bodyBytesMax) {
            request.discardEntityBytes(materializer);
            throw new ApiException(
                    ErrorType.TOO_LARGE, "the body has " + announced + " bytes, " + bodyBytesMax + " are allowed");
        }
        long reserved = announced >= 0 ? announced : bodyBytesMax;
        if (!budget.take(reserved)) {
            request.discardEntityBytes(materializer);
            return CompletableFuture.completedFuture(unavailable(
                    "the requests under way already hold " + limits.bytesUnderWayMax() + " bytes",
                    Duration.ofSeconds(1)));
        }
        Instant deadline = clock.instant().plus(limits.deadline());
        Body body = new Body(announced < 0 ? BUFFER_FIRST_BYTES : (int) announced);
        CompletionStage<HttpResponse> answer;
        try {
            answer = request.entity()
                    .withSizeLimit(bodyBytesMax)
                    .getDataBytes()
                    .completionTimeout(limits.deadline())
                    .fold(body, Body::add)
                    .map(this::decode)
                    .mapAsync(
                            1,
                            decoded -> decoded.exemplars().isEmpty()
                                    ? sink.append(decoded.batch(), deadline)
                                            .thenApply(result -> answer(decoded.resultOf(result)))
                                    : withExemplars(decoded, deadline))
                    .runWith(Sink.head(), materializer);
        } catch (RuntimeException e) {
            budget.giveBack(reserved);
            throw e;
        }
        // The stream's stage starts a thread of its own for each step that names no executor; these need none.
        return answer.whenCompleteAsync((response, failure) -> budget.giveBack(reserved), Runnable::run);
    }

    /** First the samples: an exemplar of a series that has none is refused, and none costs a sample. */
    private CompletionStage<HttpResponse> withExemplars(RemoteWriteRequest decoded, Instant deadline) {
        return sink.append(decoded.batch(), deadline).thenCompose(result -> {
            HttpResponse answer = answer(decoded.resultOf(result));
            return result instanceof AppendResult.Unavailable
                    ? CompletableFuture.completedStage(answer) // all of it is sent again
                    : exemplars
                            .append(decoded.exemplars(), deadline)
                            .thenApply(taken -> answer.addHeader(
                                    RawHeader.create(EXEMPLARS_WRITTEN, Integer.toString(taken.accepted()))));
        });
    }

    private static void checkKind(Call call) {
        // Akka HTTP gives a body without a type this one, and the protocol takes none for version 1.
        String type = call.request().entity().getContentType().toString();
        String[] parts = type.split(";", -1);
        String media = parts[0].trim().toLowerCase(Locale.ROOT);
        boolean absent = media.equals("application/octet-stream") || media.equals("none/none");
        if (!absent && !media.equals("application/x-protobuf")) {
            throw new ApiException(
                    ErrorType.UNSUPPORTED, "Content-Type must be application/x-protobuf, not " + parts[0].trim());
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.startsWith("proto=")) {
                String proto = parameter.substring("proto=".length()).replace("\"", "");
                if (!proto.equals(V1)) {
                    throw new ApiException(ErrorType.UNSUPPORTED, "the message " + proto + " is not taken, send " + V1);
                }
            }
        }
        String encoding = call.header("content-encoding");
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("snappy")) {
            throw new ApiException(ErrorType.UNSUPPORTED, "Content-Encoding must be snappy, not " + encoding);
        }
    }

    private RemoteWriteRequest decode(Body body) {
        bodyBytes.inc(body.length);
        try {
            return decoder.decode(body.bytes, 0, body.length);
        } catch (MalformedBodyException e) {
            throw new ApiException(
                    e.isTooLarge() ? ErrorType.TOO_LARGE : ErrorType.BAD_DATA, String.valueOf(e.getMessage()));
        }
    }

    private static HttpResponse answer(AppendResult result) {
        if (result instanceof AppendResult.Unavailable unavailable) {
            return unavailable(unavailable.reason(), unavailable.retryAfter());
        }
        AppendResult.Decided decided = (AppendResult.Decided) result;
        if (decided.refusedByReason().isEmpty()) {
            return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
        }
        return Answers.text(StatusCodes.BAD_REQUEST, RefusalText.of(decided));
    }

    private static HttpResponse unavailable(String reason, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
        return Answers.text(StatusCodes.SERVICE_UNAVAILABLE, reason + "\n")
                .addHeader(RawHeader.create("Retry-After", Long.toString(seconds)));
    }

    /** The bytes of a body in one array. */
    private static final class Body {
        private byte[] bytes;
        private int length;

        Body(int expected) {
            bytes = new byte[expected];
        }

        Body add(ByteString part) {
            int size = part.size();
            if (size > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + size, bytes.length * 2));
            }
            part.copyToArray(bytes, length, size);
            length += size;
            return this;
        }
    }
}
