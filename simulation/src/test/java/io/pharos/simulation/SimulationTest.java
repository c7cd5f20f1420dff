package io.pharos.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pharos.simulation.fault.IncidentClient;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.verify.LedgerVerifier;
import io.pharos.simulation.verify.VerifyReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private FakeReceiver receiver;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @BeforeEach
    void startReceiver() throws IOException {
        receiver = FakeReceiver.start();
    }

    @AfterEach
    void stopReceiver() {
        receiver.close();
    }

    private SimulationSettings.Builder settings() {
        return SimulationSettings.builder(List.of(receiver.url()))
                .servers(6)
                .metrics(40)
                .interval(Duration.ofMillis(100))
                .duration(Duration.ofMillis(800))
                .samplesPerRequest(70)
                .ledger(folder.resolve("ledger"));
    }

    private VerifyReport verify() throws IOException, InterruptedException {
        return LedgerVerifier.verify(folder.resolve("ledger"), List.of(receiver.url()), null, out);
    }

    @Test
    void everySampleArrivesOnceInOrderAndIsVerified() throws Exception {
        SimulationSummary summary = Simulation.run(settings().senders(3).build(), out);
        assertThat(summary.exitCode()).isZero();
        assertThat(summary.acknowledgedSamples()).isEqualTo(6 * 40 * 8);
        assertThat(receiver.samples()).isEqualTo(6 * 40 * 8);
        assertThat(receiver.outOfOrder()).isEmpty();
        VerifyReport report = verify();
        assertThat(report.text()).isEqualTo("1920 acknowledged, 1920 found, 0 missing, 0 different");
        assertThat(report.exitCode()).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("1,920 samples acknowledged")
                .contains(report.text());
    }

    @Test
    void aSimulationThatStartsInThePastCatchesUp() throws Exception {
        SimulationSummary summary = Simulation.run(
                settings()
                        .interval(Duration.ofSeconds(10))
                        .behind(Duration.ofMinutes(50))
                        .duration(Duration.ofMinutes(50))
                        .senders(7) // three of them without a batch
                        .build(),
                out);
        assertThat(summary.acknowledgedSamples()).isEqualTo(6 * 40 * 300);
        assertThat(receiver.outOfOrder()).isEmpty();
        assertThat(verify().isComplete()).isTrue();
    }

    @Test
    void aLostAndAChangedSampleAreFoundOut() throws Exception {
        Simulation.run(settings().build(), out);
        AtomicInteger number = new AtomicInteger();
        receiver.forEachSeries((labels, samples) -> {
            int series = number.getAndIncrement();
            if (series == 5) {
                samples.remove(samples.firstKey());
            } else if (series == 6) {
                samples.put(samples.lastKey(), samples.lastEntry().getValue() + 1);
            }
        });
        VerifyReport report = verify();
        assertThat(report.missing()).isOne();
        assertThat(report.different()).isOne();
        assertThat(report.found()).isEqualTo(1918);
        assertThat(report.exitCode()).isOne();
        assertThat(report.firstLosses()).hasSize(2).anyMatch(line -> line.contains("missing"));
    }

    @Test
    void whatTheServerCouldNotTakeIsSentAgain() throws Exception {
        receiver.answerNext(503, "1");
        receiver.answerNext(429, "");
        receiver.answerNext(500, "");
        SimulationSummary summary = Simulation.run(settings().senders(1).build(), out);
        assertThat(summary.retries()).isEqualTo(3);
        assertThat(summary.exitCode()).isZero();
        assertThat(receiver.samples()).isEqualTo(1920);
        assertThat(receiver.outOfOrder()).isEmpty();
        assertThat(receiver.gapNanos(0)).isGreaterThanOrEqualTo(1_000_000_000L);
    }

    @Test
    void whatTheServerRefusedIsCountedAndNeverSentAgain() throws Exception {
        receiver.answerNext(400, "");
        SimulationSummary summary = Simulation.run(settings().senders(1).build(), out);
        assertThat(summary.retries()).isZero();
        assertThat(summary.refusedRequests()).isOne();
        assertThat(summary.refusedSamples()).isEqualTo(70);
        assertThat(summary.exitCode()).isOne();
        assertThat(receiver.requests()).isEqualTo(4 * 8);
        assertThat(verify().text()).isEqualTo("1850 acknowledged, 1850 found, 0 missing, 0 different");
    }

    @Test
    void aDeadAddressIsLeftForTheNext() throws Exception {
        int deadPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            deadPort = socket.getLocalPort();
        }
        SimulationSettings settings = SimulationSettings.builder(
                        List.of(URI.create("http://127.0.0.1:" + deadPort), receiver.url()))
                .servers(4)
                .metrics(10)
                .interval(Duration.ofMillis(100))
                .duration(Duration.ofMillis(500))
                .build();
        SimulationSummary summary = Simulation.run(settings, out);
        assertThat(summary.exitCode()).isZero();
        assertThat(summary.retries()).isPositive();
        assertThat(summary.lastError()).contains("127.0.0.1:" + deadPort);
        assertThat(receiver.samples()).isEqualTo(200);
    }

    @Test
    void incidentsSteerARunningSimulationAndAreVerified() throws Exception {
        Path portFile = folder.resolve("run/simulator.port");
        try (RunningSimulation running =
                Simulation.start(settings().duration(null).portFile(portFile).build())) {
            int port = IncidentClient.portIn(portFile);
            assertThat(port).isEqualTo(running.controlPort());
            assertThat(IncidentClient.start(port, IncidentKind.DOWN, Duration.ofSeconds(1), null))
                    .isEqualTo("incident down in pool web for 1 s");
            assertThat(IncidentClient.start(port, IncidentKind.CPU, Duration.ofSeconds(60), "db"))
                    .isEqualTo("incident cpu in pool db for 60 s");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IncidentClient.start(port, IncidentKind.CPU, Duration.ofSeconds(60), "nowhere"))
                    .withMessageContaining("no pool 'nowhere'");
            Awaitility.await().atMost(LONG).until(() -> restarted(receiver));
            Awaitility.await().atMost(LONG).until(() -> busy(receiver));
        }
        assertThatIOException()
                .isThrownBy(() -> IncidentClient.portIn(portFile))
                .withMessageContaining("no simulation is running");
        VerifyReport report = verify();
        assertThat(report.acknowledged()).isEqualTo(receiver.samples());
        assertThat(report.isComplete()).isTrue();
    }

    /** Whether a server was down and says so no more. */
    private static boolean restarted(FakeReceiver receiver) {
        AtomicInteger back = new AtomicInteger();
        receiver.forEachSeries((labels, samples) -> {
            if (labels.metricName().equals("sim_up")
                    && samples.containsValue(0.0)
                    && samples.lastEntry().getValue() == 1) {
                back.incrementAndGet();
            }
        });
        return back.get() > 0;
    }

    private static boolean busy(FakeReceiver receiver) {
        AtomicInteger busy = new AtomicInteger();
        receiver.forEachSeries((labels, samples) -> {
            if (labels.metricName().equals("sim_cpu_usage_percent")
                    && labels.valueOf("pool").equals("db")
                    && samples.lastEntry().getValue() > 95) {
                busy.incrementAndGet();
            }
        });
        return busy.get() > 0;
    }

    @Test
    void aRestartedSimulationContinuesItsLedger() throws Exception {
        Simulation.run(settings().build(), out);
        Simulation.run(settings().build(), out);
        VerifyReport report = verify();
        assertThat(report.acknowledged()).isEqualTo(2 * 1920);
        assertThat(report.isComplete()).isTrue();
    }

    @Test
    void settingsOutsideTheirLimitsAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings().servers(0).build())
                .withMessageContaining("servers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings().interval(Duration.ofMillis(1)).build())
                .withMessageContaining("interval");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulationSettings.builder(List.of(URI.create("localhost:9090")))
                        .build())
                .withMessageContaining("localhost:9090");
    }
}
