package io.pharos.collection.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.pharos.collection.ScrapeRuntime;
import io.pharos.httpclient.AkkaHttpTransport;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleSink;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A real node exporter, as Debian packages it, is scraped. */
class NodeExporterClientIT {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus-node-exporter");

    @Test
    void aNodeExporterIsScraped() throws Exception {
        assertThat(Files.isExecutable(PROGRAM))
                .as("needs the node exporter: apt-get install prometheus-node-exporter")
                .isTrue();
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ActorTestKit kit = ClusterKit.oneNode();
        Process exporter = new ProcessBuilder(PROGRAM.toString(), "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Map<Labels, Double> seen = new ConcurrentHashMap<>();
            SampleSink sink = (batch, deadline) -> {
                for (int i = 0; i < batch.seriesCount(); i++) {
                    seen.put(batch.labels(i), batch.values()[batch.sampleFrom()[i]]);
                }
                return CompletableFuture.completedFuture(AppendResult.Decided.allOf(batch.sampleCount()));
            };
            ScrapeRuntime runtime = ScrapeRuntime.start(
                    kit.system(),
                    sink,
                    AkkaHttpTransport.create(kit.system()),
                    InstantSource.system(),
                    new PrometheusRegistry(),
                    new ScrapeSettings(16 << 20, 100_000, false, 10, 1000, 10_000));
            runtime.apply(
                    Jobs.configuration("scrape_configs: [{job_name: node, scrape_interval: 1s, scrape_timeout: 1s,"
                            + " static_configs: [{targets: ['127.0.0.1:" + port + "']}]}]"));
            Labels up = Labels.of("__name__", "up", "job", "node", "instance", "127.0.0.1:" + port);
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> seen.getOrDefault(up, 0.0) == 1
                            && seen.size() > 200
                            && !runtime.metadata().get("node_cpu_seconds_total").isEmpty());
            assertThat(seen.keySet()).anyMatch(l -> l.metricName().equals("node_cpu_seconds_total"));
            assertThat(runtime.metadata().get("node_cpu_seconds_total").get(0).help())
                    .isNotEmpty();
        } finally {
            exporter.destroyForcibly();
            exporter.waitFor(1, TimeUnit.MINUTES);
            kit.shutdownTestKit();
        }
    }
}
