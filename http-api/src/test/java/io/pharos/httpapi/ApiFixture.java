package io.pharos.httpapi;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.NotificationHistory;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.target.ScrapeTargets;
import io.pharos.collection.wire.remotewrite.RemoteWriteDecoder;
import io.pharos.collection.wire.remotewrite.RemoteWriteSettings;
import io.pharos.httpapi.admin.Draining;
import io.pharos.httpapi.admin.Readiness;
import io.pharos.httpapi.status.BuildInfo;
import io.pharos.httpapi.status.ClusterStatus;
import io.pharos.httpapi.status.ConfigurationStatus;
import io.pharos.httpapi.status.Gathered;
import io.pharos.httpapi.status.JoinStatus;
import io.pharos.httpapi.status.MonitoringSources;
import io.pharos.httpapi.status.NodeReport;
import io.pharos.httpapi.status.RuntimeStatus;
import io.pharos.httpapi.status.StatusSources;
import io.pharos.httpapi.status.StorageStatus;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.QueryService.Found;
import io.pharos.sharding.query.Cardinality;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SeriesExemplars;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server on a free port of the loopback, with fakes behind it; as an extension it ends with the last test of its class. */
final class ApiFixture implements AutoCloseable, AfterAllCallback {
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    static final NodeReport REPORT = new NodeReport(
            "0.1.0",
            "http://127.0.0.1:9090",
            NOW,
            12.34,
            1000,
            new NodeReport.Log(true, Duration.ofMillis(1500), 10, 2, 3000),
            new NodeReport.Store(false, "1 of 3 nodes answer"),
            true,
            new NodeReport.Memory(1, 2, 3, 4, 5, 6, 0.75),
            Map.of("too_old", 3L),
            2,
            new NodeReport.RuleGroups(1, new NodeReport.Evaluation("watch", NOW, Duration.ofSeconds(15))),
            List.of(new NodeReport.Shard(0, ClusterStatus.State.RECOVERING, NOW, 3, 5, 7, 0.26)),
            List.of("nothing works"),
            List.of(new NodeReport.RollUp("1m", NOW.minusSeconds(43_200), Duration.ofMinutes(90))));

    final FakeQueries queries = new FakeQueries();
    final MetadataCache metadata = new MetadataCache(100);
    final AtomicInteger reloads = new AtomicInteger();
    final AtomicInteger checkpoints = new AtomicInteger();
    volatile List<String> reloadErrors = List.of();
    volatile Readiness readiness = Readiness.READY;
    volatile List<RuleGroupStatus> groups = List.of();
    volatile List<AlertStatus> alerts = List.of();
    volatile List<String> targetWarnings = List.of();
    volatile ScrapeTargets targets = new ScrapeTargets(List.of(), List.of(), 0);
    volatile @Nullable SampleBatch written;
    volatile @Nullable ExemplarBatch writtenExemplars;
    volatile String exemplarsAsked = "";
    volatile Found<SeriesExemplars> exemplarAnswer = new Found<>(List.of(), List.of());
    final List<SampleBatch> imported = new java.util.concurrent.CopyOnWriteArrayList<>();
    volatile @Nullable AppendResult importResult;
    volatile AppendResult writeResult = AppendResult.Decided.allOf(1);
    final List<String> deletions = new java.util.concurrent.CopyOnWriteArrayList<>();
    volatile @Nullable RuntimeException deletionFailure;
    final HttpApi api;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());

    ApiFixture() {
        this(null);
    }

    /** With this behind the query routes instead of the fake. */
    ApiFixture(@Nullable QueryService instead) {
        this(instead, Duration.ofMillis(100));
    }

    /** With this idle grace when it stops. */
    ApiFixture(@Nullable QueryService instead, Duration idleGrace) {
        this(instead, idleGrace, Set.of("ingest", "store", "query", "alert"));
    }

    /** With these roles. */
    ApiFixture(@Nullable QueryService instead, Duration idleGrace, Set<String> roles) {
        this(instead, idleGrace, roles, Optional.empty());
    }

    /** With these roles, for those who have a token of this file. */
    ApiFixture(@Nullable QueryService instead, Duration idleGrace, Set<String> roles, Optional<Path> tokenFile) {
        this(instead, idleGrace, roles, tokenFile, false);
    }

    /** The same, where samples may be deleted. */
    ApiFixture(
            @Nullable QueryService instead,
            Duration idleGrace,
            Set<String> roles,
            Optional<Path> tokenFile,
            boolean adminApi) {
        HttpApiSettings settings = new HttpApiSettings(
                "127.0.0.1",
                0,
                roles,
                tokenFile,
                adminApi,
                64,
                1_000_000,
                Duration.ofSeconds(10),
                100_000,
                Duration.ofMinutes(2),
                Duration.ofMinutes(5),
                11_000,
                Duration.ofMinutes(1),
                idleGrace);
        try {
            api = HttpApi.start(kit.system(), settings, dependencies(instead == null ? queries : instead))
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES);
        } catch (Exception e) {
            kit.shutdownTestKit();
            throw new IllegalStateException(e);
        }
    }

    private HttpApiDependencies dependencies(QueryService service) {
        MonitoringSources monitoring = new MonitoringSources(
                () -> CompletableFuture.completedFuture(groups),
                () -> CompletableFuture.completedFuture(alerts),
                () -> CompletableFuture.completedFuture(
                        new Gathered<>(new NotificationHistory(List.of(), 0, 2, 1), List.of())),
                () -> CompletableFuture.completedFuture(new Gathered<>(targets, targetWarnings)),
                metadata);
        StatusSources status = new StatusSources(
                new BuildInfo("0.1.0", "abc", "main", "2026-11-20"),
                () -> new RuntimeStatus(NOW, "/data", true, NOW, "7d"),
                () -> Map.of("http.port", "9090"),
                () -> new ConfigurationStatus("global: {}\n", 3, "rules.yml differs"),
                () -> CompletableFuture.completedFuture(new Gathered<>(
                        new StorageStatus(10, 1000, true, Map.of("chunks", 1200L, "log", 5000L), 77), List.of())),
                () -> CompletableFuture.completedFuture(new ClusterStatus(
                        "a:1",
                        List.of(
                                new ClusterStatus.Member("a:1", "up", List.of("store"), "", REPORT),
                                new ClusterStatus.Member(
                                        "b:1", "unreachable", List.of("store"), "it did not answer within 2 s", null)),
                        List.of(new ClusterStatus.Shard(0, "a:1", ClusterStatus.State.RECOVERING, NOW, 3, 5, 7, 0.26)),
                        4,
                        List.of("nothing works"))),
                () -> new JoinStatus(
                        "0.1.0", "id", 1, 2, List.of("a:1"), 64, List.of("c:9042"), "dc1", "pharos", false, false),
                (limit, cancellation) -> CompletableFuture.completedFuture(new Cardinality(
                        3,
                        4,
                        5,
                        1000,
                        2000,
                        List.of(new Cardinality.Count("up", 2), new Cardinality.Count("down", 1))
                                .subList(0, Math.min(2, limit)),
                        List.of(new Cardinality.Count("job", 2)),
                        List.of(new Cardinality.Count("job", 30)),
                        List.of(),
                        limit == 7 ? List.of("too low") : List.of())));
        return new HttpApiDependencies(
                service,
                (query, from, to, options) -> {
                    exemplarsAsked = query + " " + from + " " + to;
                    return CompletableFuture.completedFuture(exemplarAnswer);
                },
                (batch, deadline) -> {
                    written = batch;
                    return CompletableFuture.completedFuture(writeResult);
                },
                (exemplars, deadline) -> {
                    writtenExemplars = exemplars;
                    return CompletableFuture.completedFuture(new ExemplarSink.Taken(exemplars.count(), Map.of()));
                },
                (batch, deadline) -> {
                    imported.add(batch);
                    return CompletableFuture.completedFuture(
                            importResult == null ? AppendResult.Decided.allOf(batch.sampleCount()) : importResult);
                },
                new RemoteWriteDecoder(
                        new RemoteWriteSettings(100_000, 1_000_000, 1000, 1000, 30, 100, 100, 100, 1 << 20, 100),
                        metadata),
                monitoring,
                status,
                () -> readiness,
                () -> {
                    reloads.incrementAndGet();
                    return CompletableFuture.completedFuture(reloadErrors);
                },
                () -> {
                    checkpoints.incrementAndGet();
                    return CompletableFuture.completedFuture(null);
                },
                (selectors, from, to, patience) -> {
                    deletions.add(selectors + " " + from + " " + to);
                    return deletionFailure == null
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.failedFuture(deletionFailure);
                },
                (node, wish) -> node.equals("a:1")
                        ? CompletableFuture.completedFuture(new Draining.Plan(
                                "a:8001", List.of(new Draining.Move("series " + wish, 3, "b:1", 1, 12, 345))))
                        : CompletableFuture.failedFuture(new IllegalArgumentException("no member " + node)),
                new PrometheusRegistry(),
                InstantSource.fixed(NOW));
    }

    URI uri(String target) {
        return URI.create("http://127.0.0.1:" + api.address().getPort() + target);
    }

    HttpRequest.Builder to(String target) {
        return HttpRequest.newBuilder(uri(target)).timeout(Duration.ofMinutes(2));
    }

    HttpResponse<String> get(String target) {
        return send(to(target).GET());
    }

    HttpResponse<String> form(String target, String body) {
        return send(to(target)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.build(), handler);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        try {
            api.stop().toCompletableFuture().get(2, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            kit.shutdownTestKit();
        }
    }
}
