package io.pharos.httpapi.admin;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.util.ByteString;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Route;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Health, reload, checkpoint and the node's own metrics. */
public final class AdminEndpoints {
    private final Supplier<Readiness> readiness;
    private final Supplier<CompletionStage<List<String>>> reload;
    private final Supplier<CompletionStage<Void>> checkpoint;
    private final PrometheusRegistry registry;
    private final ExpositionFormats formats = ExpositionFormats.init();

    /**
     * @param reload reads the configuration again; completes with what is wrong with it, nothing when it was taken
     * @param checkpoint seals and flushes everything now
     */
    public AdminEndpoints(
            Supplier<Readiness> readiness,
            Supplier<CompletionStage<List<String>>> reload,
            Supplier<CompletionStage<Void>> checkpoint,
            PrometheusRegistry registry) {
        this.readiness = readiness;
        this.reload = reload;
        this.checkpoint = checkpoint;
        this.registry = registry;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(
                Route.get("/-/healthy", call -> done(Answers.text(StatusCodes.OK, "Pharos is healthy.\n"))),
                Route.get("/-/ready", call -> ready()),
                Route.change("/-/reload", EnumSet.of(Route.Method.POST, Route.Method.PUT), call -> reload()),
                Route.change("/-/checkpoint", EnumSet.of(Route.Method.POST), this::checkpoint),
                Route.get("/metrics", this::metrics));
    }

    private CompletionStage<HttpResponse> ready() {
        Readiness now = readiness.get();
        return done(
                now.isReady()
                        ? Answers.text(StatusCodes.OK, "Pharos is ready.\n")
                        : Answers.text(StatusCodes.SERVICE_UNAVAILABLE, "Pharos is not ready: " + now.detail() + "\n"));
    }

    private CompletionStage<HttpResponse> reload() {
        return reload.get()
                .thenApply(errors -> errors.isEmpty()
                        ? Answers.text(StatusCodes.OK, "")
                        : Answers.text(
                                StatusCodes.INTERNAL_SERVER_ERROR,
                                "failed to reload config, the old one stays:\n" + String.join("\n", errors) + "\n"));
    }

    private CompletionStage<HttpResponse> checkpoint(Call call) {
        call.requireTrusted("ask for a checkpoint");
        return checkpoint.get().thenApply(nothing -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT));
    }

    private CompletionStage<HttpResponse> metrics(Call call) {
        ExpositionFormatWriter writer = formats.findWriter(call.header("accept"));
        ByteArrayOutputStream body = new ByteArrayOutputStream(64 * 1024);
        try {
            writer.write(body, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a buffer in memory does not fail
        }
        ContentType type = ContentTypes.parse(writer.getContentType());
        return done(Answers.bytes(call, type, ByteString.fromArrayUnsafe(body.toByteArray())));
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
