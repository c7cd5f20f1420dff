package io.pharos.httpapi.status;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.json.PrometheusJson;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Route;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The node itself: build, run time, settings, storage, cluster. */
public final class StatusEndpoints {
    private final StatusSources sources;
    private final InstantSource clock;

    public StatusEndpoints(StatusSources sources, InstantSource clock) {
        this.sources = sources;
        this.clock = clock;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(
                Route.get("/version", this::version),
                Route.get("/api/v1/status/buildinfo", call -> now(call, this::build)),
                Route.get("/api/v1/status/runtimeinfo", call -> now(call, this::runtime)),
                Route.get(
                        "/api/v1/status/flags",
                        call -> now(
                                call,
                                out -> PrometheusJson.map(
                                        out, new TreeMap<>(sources.flags().get())))),
                Route.get("/api/v1/status/config", call -> now(call, this::configuration)),
                Route.get(
                        "/api/v1/status/storage",
                        call -> sources.storage()
                                .get()
                                .thenApply(gathered -> Answers.success(
                                        call,
                                        JsonBody.whole(out -> storage(out, gathered.value())),
                                        gathered.warnings(),
                                        List.of()))),
                Route.get(
                        "/api/v1/status/cluster",
                        call -> sources.cluster()
                                .get()
                                .thenApply(status -> Answers.success(
                                        call, JsonBody.whole(out -> ClusterJson.cluster(out, status))))),
                Route.get(
                        "/api/v1/status/join",
                        call -> now(call, out -> join(out, sources.join().get()))));
    }

    private static CompletionStage<HttpResponse> now(Call call, JsonBody.Whole whole) {
        return CompletableFuture.completedFuture(Answers.success(call, JsonBody.whole(whole)));
    }

    private CompletionStage<HttpResponse> version(Call call) {
        BuildInfo build = sources.build();
        String text = "pharos, version " + build.version()
                + (build.revision().isEmpty() ? "" : " (revision: " + build.revision() + ")") + "\n";
        return CompletableFuture.completedFuture(Answers.text(StatusCodes.OK, text));
    }

    private void build(JsonGenerator out) throws IOException {
        BuildInfo build = sources.build();
        out.writeStartObject();
        out.writeStringField("application", "Pharos");
        out.writeStringField("version", build.version());
        out.writeStringField("revision", build.revision());
        out.writeStringField("branch", build.branch());
        out.writeStringField("buildUser", "");
        out.writeStringField("buildDate", build.buildDate());
        out.writeStringField("goVersion", "");
        out.writeStringField("javaVersion", System.getProperty("java.version", ""));
        out.writeEndObject();
    }

    private void runtime(JsonGenerator out) throws IOException {
        RuntimeStatus runtime = sources.runtime().get();
        Runtime machine = Runtime.getRuntime();
        out.writeStartObject();
        out.writeStringField("startTime", runtime.startTime().toString());
        out.writeStringField("CWD", runtime.workingDirectory());
        out.writeStringField("serverTime", clock.instant().toString());
        out.writeBooleanField("reloadConfigSuccess", runtime.isConfigurationGood());
        out.writeStringField("lastConfigTime", runtime.configurationTime().toString());
        out.writeNumberField("corruptionCount", 0);
        out.writeNumberField(
                "goroutineCount", ManagementFactory.getThreadMXBean().getThreadCount());
        out.writeNumberField("GOMAXPROCS", machine.availableProcessors());
        out.writeNumberField("GOMEMLIMIT", machine.maxMemory());
        out.writeStringField("GOGC", "");
        out.writeStringField("GODEBUG", "");
        out.writeStringField("storageRetention", runtime.storageRetention());
        out.writeEndObject();
    }

    private static void storage(JsonGenerator out, StorageStatus storage) throws IOException {
        out.writeStartObject();
        out.writeNumberField("series", storage.series());
        out.writeNumberField("samples", storage.samples());
        out.writeNumberField("storedBytes", storage.storedBytes());
        out.writeBooleanField("samplesSinceFirst", storage.isSinceFirst());
        out.writeNumberField("bytesPerSample", storage.bytesPerSample());
        out.writeNumberField("logBytes", storage.logBytes());
        out.writeObjectFieldStart("bytesByTable");
        for (Map.Entry<String, Long> table : new TreeMap<>(storage.bytesByTable()).entrySet()) {
            out.writeNumberField(table.getKey(), table.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void configuration(JsonGenerator out) throws IOException {
        ConfigurationStatus configuration = sources.configuration().get();
        out.writeStartObject();
        out.writeStringField("yaml", configuration.yaml());
        out.writeNumberField("version", configuration.version());
        out.writeStringField("drift", configuration.drift());
        out.writeEndObject();
    }

    private static void join(JsonGenerator out, JoinStatus join) throws IOException {
        out.writeStartObject();
        out.writeStringField("application", "Pharos");
        out.writeStringField("version", join.version());
        out.writeStringField("clusterId", join.clusterId());
        out.writeNumberField("protocolOldest", join.protocolOldest());
        out.writeNumberField("protocol", join.protocol());
        out.writeBooleanField("tls", join.isTls());
        out.writeFieldName("seeds");
        PrometheusJson.strings(out, join.seeds());
        out.writeNumberField("shardCount", join.shardCount());
        out.writeObjectFieldStart("cassandra");
        out.writeFieldName("contactPoints");
        PrometheusJson.strings(out, join.contactPoints());
        out.writeStringField("datacenter", join.datacenter());
        out.writeStringField("keyspace", join.keyspace());
        out.writeBooleanField("embedded", join.isEmbedded());
        out.writeEndObject();
        out.writeEndObject();
    }
}
