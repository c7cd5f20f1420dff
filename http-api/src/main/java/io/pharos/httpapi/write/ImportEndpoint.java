package io.pharos.httpapi.write;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.Materializer;
import akka.stream.javadsl.StreamConverters;
import io.pharos.collection.bulk.ContentDecoding;
import io.pharos.collection.bulk.CsvColumns;
import io.pharos.collection.bulk.CsvLines;
import io.pharos.collection.bulk.ExtraLabels;
import io.pharos.collection.bulk.JsonLines;
import io.pharos.collection.bulk.LineFormat;
import io.pharos.collection.bulk.TextLines;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.ErrorType;
import io.pharos.httpapi.server.Route;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleSink;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Takes bodies of any length with samples of any age, line by line as they come: JSON lines, Prometheus text, CSV, at the paths and with
 * the parameters that VictoriaMetrics has. A bad line is left out and named; the others are stored.
 */
public final class ImportEndpoint {
    /** Each reads on a thread of its own and holds two batches. */
    private static final int AT_ONCE = 4;

    private final SampleSink sink;
    private final InstantSource clock;
    private final Duration batchDeadline;
    private final Materializer materializer;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final ExecutorService readers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "import");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Over a sink that takes samples of any age.
     *
     * @param batchDeadline each batch of a body is stored within this time, or the import ends
     */
    public ImportEndpoint(SampleSink sink, InstantSource clock, Duration batchDeadline, Materializer materializer) {
        this.sink = sink;
        this.clock = clock;
        this.batchDeadline = batchDeadline;
        this.materializer = materializer;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(
                Route.stream("/api/v1/import", call -> take(call, kindOf(call))),
                Route.stream("/api/v1/import/prometheus", call -> take(call, "text")),
                Route.stream("/api/v1/import/csv", call -> take(call, "csv")));
    }

    private static String kindOf(Call call) {
        String type = call.request().entity().getContentType().toString();
        String media = type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        return switch (media) {
            case "text/csv" -> "csv";
            case "text/plain", "application/openmetrics-text" -> "text";
            default -> "json";
        };
    }

    private CompletionStage<HttpResponse> take(Call call, String kind) {
        HttpRequest request = call.request();
        LineFormat format;
        String encoding = call.header("content-encoding");
        try {
            if (!ContentDecoding.isKnown(encoding)) {
                throw new ApiException(
                        ErrorType.UNSUPPORTED, "Content-Encoding must be gzip, zstd or snappy, not " + encoding);
            }
            format = format(call, kind);
        } catch (ApiException e) {
            request.discardEntityBytes(materializer);
            throw e;
        }
        if (!free.tryAcquire()) {
            request.discardEntityBytes(materializer);
            return CompletableFuture.completedFuture(
                    Answers.error(ErrorType.UNAVAILABLE, "this node already reads " + AT_ONCE + " imports")
                            .addHeader(RawHeader.create("Retry-After", "1")));
        }
        CompletionStage<HttpResponse> answer;
        try {
            InputStream body = request.entity()
                    .withoutSizeLimit()
                    .getDataBytes()
                    .runWith(StreamConverters.asInputStream(Duration.ofSeconds(60)), materializer);
            answer = CompletableFuture.supplyAsync(() -> read(call, body, encoding, format), readers);
        } catch (RuntimeException e) {
            free.release();
            throw e;
        }
        return answer.whenComplete((response, failure) -> free.release());
    }

    private LineFormat format(Call call, String kind) {
        try {
            Labels extra = ExtraLabels.of(call.parameters().all("extra_label"));
            if (kind.equals("json")) {
                return new JsonLines(extra);
            }
            long millis = clock.millis();
            if (kind.equals("text")) {
                String given = call.parameters().first("timestamp");
                return new TextLines(extra, given.isEmpty() ? millis : Long.parseLong(given));
            }
            if (!call.parameters().has("format")) {
                throw new IllegalArgumentException(
                        "format: the columns must be named, as in format=1:time:unix_s,2:label:host,3:metric:load");
            }
            return new CsvLines(CsvColumns.parse(call.parameters().first("format")), extra, millis);
        } catch (NumberFormatException wrong) {
            throw ApiException.badData("timestamp: milliseconds since 1970 are expected");
        } catch (IllegalArgumentException wrong) {
            throw ApiException.badData(String.valueOf(wrong.getMessage()));
        }
    }

    private HttpResponse read(Call call, InputStream body, String encoding, LineFormat format) {
        ImportRun run = new ImportRun(sink, clock, batchDeadline);
        try (InputStream whole = body;
                InputStream plain = ContentDecoding.open(new PacedBody(whole, System::nanoTime), encoding)) {
            run.read(plain, format);
        } catch (PacedBody.TooSlowException slow) {
            run.broken(String.valueOf(slow.getMessage()));
        } catch (IOException broken) {
            run.broken(encoding.isEmpty() ? "the body ended early" : "the body is not whole or not " + encoding);
        }
        return run.answer(call);
    }
}
