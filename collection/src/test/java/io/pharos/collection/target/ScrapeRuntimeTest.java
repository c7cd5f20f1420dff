package io.pharos.collection.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import io.pharos.collection.PrometheusConfiguration;
import io.pharos.collection.ScrapeRuntime;
import io.pharos.collection.metadata.MetricType;
import io.pharos.httpclient.AkkaHttpTransport;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.sample.StaleMarker;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrapeRuntimeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private record Sample(String metric, Labels labels, long timestamp, double value) {}

    @TempDir
    Path folder;

    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private volatile AppendResult next = AppendResult.Decided.allOf(1);
    private volatile int status = 200;
    private ActorTestKit kit;
    private ServerBinding server;
    private ScrapeRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        kit = ClusterKit.oneNode();
        server = Http.get(kit.system())
                .newServerAt("127.0.0.1", 0)
                .bindSync(request -> HttpResponse.create()
                        .withStatus(status)
                        .withEntity(HttpEntities.create(
                                ContentTypes.TEXT_PLAIN_UTF8, "# TYPE requests_total counter\nrequests_total 7\n")))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        SampleSink sink = (batch, deadline) -> {
            keep(batch);
            return CompletableFuture.completedFuture(next);
        };
        runtime = ScrapeRuntime.start(
                kit.system(),
                sink,
                AkkaHttpTransport.create(kit.system()),
                InstantSource.system(),
                new PrometheusRegistry(),
                new ScrapeSettings(1 << 20, 1000, false, 10, 1000, 100));
    }

    @AfterEach
    void stop() {
        runtime.stop();
        kit.shutdownTestKit();
    }

    private void keep(SampleBatch batch) {
        for (int i = 0; i < batch.seriesCount(); i++) {
            Labels labels = batch.labels(i);
            for (int s = batch.sampleFrom()[i]; s < batch.sampleFrom()[i + 1]; s++) {
                samples.add(new Sample(labels.metricName(), labels, batch.timestamps()[s], batch.values()[s]));
            }
        }
    }

    private void apply(String jobs) throws Exception {
        runtime.apply(Jobs.configuration("global: {scrape_interval: 100ms, scrape_timeout: 100ms}\n" + jobs));
    }

    private String address() {
        return "127.0.0.1:" + server.localAddress().getPort();
    }

    private boolean has(String metric, double value) {
        return samples.stream()
                .anyMatch(s -> s.metric.equals(metric)
                        && Double.doubleToRawLongBits(s.value) == Double.doubleToRawLongBits(value));
    }

    @Test
    void aTargetIsScrapedGoesDownAndEnds() throws Exception {
        apply("scrape_configs: [{job_name: j, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{targets: ['"
                + address() + "']}]}]");
        await().atMost(PATIENCE).until(() -> has("requests_total", 7) && has("up", 1));
        await().atMost(PATIENCE).until(() -> active().health() == TargetHealth.UP);
        TargetStatus up = active();
        assertThat(up.lastScrape()).isPresent();
        assertThat(up.scrapeUrl()).isEqualTo("http://" + address() + "/metrics");
        assertThat(up.discoveredLabels().valueOf("__address__")).isEqualTo(address());
        assertThat(up.labels()).isEqualTo(Labels.of("instance", address(), "job", "j"));
        await().atMost(PATIENCE)
                .until(() -> runtime.metadata().get("requests_total").stream()
                        .anyMatch(metadata -> metadata.type() == MetricType.COUNTER));
        status = 503;
        await().atMost(PATIENCE).until(() -> has("up", 0) && has("requests_total", StaleMarker.VALUE));
        await().atMost(PATIENCE).until(() -> active().lastError().equals("server returned HTTP status 503"));
        runtime.apply(PrometheusConfiguration.EMPTY);
        await().atMost(PATIENCE).until(() -> has("up", StaleMarker.VALUE));
        await().atMost(PATIENCE).until(() -> runtime.targets().active().isEmpty());
    }

    private TargetStatus active() {
        return runtime.targets().active().get(0);
    }

    /** Series that ended; those of a scrape that failed only pause, which a slow machine may make of any scrape. */
    private Stream<Sample> ended() {
        Set<Long> failed = samples.stream()
                .filter(s -> s.metric.equals("up") && s.value == 0)
                .map(Sample::timestamp)
                .collect(Collectors.toSet());
        return samples.stream().filter(s -> StaleMarker.is(s.value) && !failed.contains(s.timestamp));
    }

    @Test
    void manyTargetsOfOneShardAllRun() throws Exception {
        StringBuilder groups = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            groups.append(i == 0 ? "" : ", ")
                    .append("{targets: ['")
                    .append(address())
                    .append("'], labels: {n: '")
                    .append(i)
                    .append("'}}");
        }
        apply("scrape_configs: [{job_name: j, scrape_interval: 1h, scrape_timeout: 1m, static_configs: [" + groups
                + "]}]");
        await().atMost(PATIENCE).until(() -> runtime.targets().active().size() == 200);
    }

    @Test
    void aNodesOwnJobRunsBesideTheClusters() throws Exception {
        String targets = "scrape_interval: 1s, static_configs: [{targets: ['" + address() + "']}]}]";
        PrometheusConfiguration own =
                Jobs.configuration("scrape_configs: [{job_name: own, scrape_timeout: 1s, " + targets);
        PrometheusConfiguration shared =
                Jobs.configuration("scrape_configs: [{job_name: shared, scrape_timeout: 1s, " + targets);
        runtime.apply(shared, own.jobs());
        await().atMost(PATIENCE).until(() -> isUp("own") && isUp("shared"));
        runtime.apply(shared);
        await().atMost(PATIENCE)
                .until(() -> samples.stream()
                        .anyMatch(s -> s.metric.equals("up")
                                && s.labels.valueOf("job").equals("own")
                                && StaleMarker.is(s.value)));
        assertThat(ended()).noneMatch(s -> s.labels.valueOf("job").equals("shared"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(runtime.targets().active())
                        .extracting(TargetStatus::scrapePool)
                        .containsExactly("shared"));
    }

    private boolean isUp(String job) {
        return samples.stream()
                .anyMatch(s -> s.metric.equals("up") && s.labels.valueOf("job").equals(job) && s.value == 1);
    }

    @Test
    void stoppingEndsNoSeries() throws Exception {
        apply("scrape_configs: [{job_name: j, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{targets: ['"
                + address() + "']}]}]");
        await().atMost(PATIENCE).until(() -> has("up", 1));
        runtime.stop();
        await().atMost(PATIENCE).until(() -> runtime.targets().active().isEmpty());
        assertThat(ended()).isEmpty();
    }

    @Test
    void whatGoesFromNodeToNodeIsWrittenAndRead() {
        kit.serializationTestKit().verifySerialization(new TargetActor.Touch(), true);
    }

    @Test
    void aTargetThatOnlyChangesItsIntervalDoesNotEnd() throws Exception {
        String job = "static_configs: [{targets: ['" + address() + "']}]}]";
        apply("scrape_configs: [{job_name: j, scrape_timeout: 50ms, " + job);
        await().atMost(PATIENCE).until(() -> has("up", 1) || has("up", 0));
        apply("scrape_configs: [{job_name: j, scrape_interval: 1h, scrape_timeout: 1m, " + job);
        await().atMost(PATIENCE)
                .until(() -> runtime.targets().active().get(0).interval().equals(Duration.ofHours(1)));
        apply("scrape_configs: [{job_name: j, scrape_interval: 1s, scrape_timeout: 1s, " + job);
        samples.clear();
        await().atMost(PATIENCE).until(() -> has("up", 1));
        assertThat(has("up", StaleMarker.VALUE)).isFalse();
    }

    @Test
    void whatCannotBeWrittenIsLostAndScrapingGoesOn() throws Exception {
        next = new AppendResult.Unavailable("the store is away", Duration.ofSeconds(1));
        apply("scrape_configs: [{job_name: j, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{targets: ['"
                + address() + "']}]}]");
        await().atMost(PATIENCE)
                .until(() -> samples.stream().filter(s -> s.metric.equals("up")).count() > 1);
        await().atMost(PATIENCE).until(() -> active().health() == TargetHealth.UP);
    }

    @Test
    void targetsComeFromFilesAndDroppedOnesAreShown() throws Exception {
        Path file = Files.write(
                folder.resolve("t.json"),
                ("[{\"targets\": [\"" + address() + "\", \"drop:1\"], \"labels\": {\"rack\": \"r1\"}}]")
                        .getBytes(UTF_8));
        apply("scrape_configs: [{job_name: j, scrape_interval: 1s, scrape_timeout: 1s, file_sd_configs: [{files: ['"
                + file + "']}], relabel_configs: [{source_labels: [__address__], regex: 'drop.*', action: drop}]}]");
        await().atMost(PATIENCE).until(() -> has("up", 1));
        assertThat(samples).anyMatch(s -> s.labels.valueOf("rack").equals("r1"));
        assertThat(runtime.targets().droppedCount()).isEqualTo(1);
        List<TargetStatus.Dropped> dropped = runtime.targets().dropped();
        assertThat(dropped.get(0).discoveredLabels().valueOf("__address__")).isEqualTo("drop:1");
        Files.writeString(file, "[]");
        await().atMost(PATIENCE).until(() -> runtime.targets().active().isEmpty());
    }
}
