package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.simulation.RunningSimulation;
import io.pharos.simulation.Simulation;
import io.pharos.simulation.SimulationSettings;
import io.pharos.simulation.verify.LedgerVerifier;
import io.pharos.simulation.verify.VerifyReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full under everything a node keeps, a tmpfs here: said in one line, survived, and over as soon as there is room. */
class DiskFullClientIT {
    private static final String RULES = """
            groups:
              - name: watch
                interval: 1s
                rules:
                  - {alert: Hot, expr: temperature > 90, keep_firing_for: 10m}
            """;

    @TempDir
    Path folder;

    @Test
    @Timeout(1800)
    void aFullDiskIsSaidAndSurvived() throws Exception {
        Path data = Files.createDirectory(folder.resolve("small"));
        ClientProgram.Finished mounted =
                ClientProgram.run("", "mount", "mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", data.toString());
        assertThat(mounted.code())
                .as("only root may mount: " + mounted.output())
                .isZero();
        try (AlertingWorld world = new AlertingWorld(folder, 10, RULES);
                NodeUnderTest node = NodeUnderTest.start(data, world.options())) {
            Path ledger = folder.resolve("run.ledger");
            RunningSimulation simulation = Simulation.start(SimulationSettings.builder(List.of(node.url()))
                    .servers(50)
                    .metrics(20)
                    .interval(Duration.ofSeconds(1))
                    .samplesPerRequest(100)
                    .ledger(ledger)
                    .controlPort(-1)
                    .build());
            try {
                awaitMore(simulation);
                Path filler = data.resolve("filler");
                fill(filler);
                await("the status says that the disk is full", () -> {
                    fill(filler); // what Cassandra lets go of when it ends
                    return node.get("/api/v1/status/cluster")
                            .at("/data/failing")
                            .toString()
                            .contains("the disk of " + data.resolve("cassandra") + " is full");
                });
                await("writes are refused, until later", () -> {
                    fill(filler);
                    HttpResponse<String> refused = StoreFaultsIT.push(node);
                    return refused.statusCode() == 503
                            && refused.headers().firstValue("Retry-After").isPresent();
                });
                world.temperature(99);
                await(
                        "an alert is told although nothing can be stored",
                        () -> !world.told("Hot", "firing").isEmpty());

                Files.delete(filler);
                awaitMore(simulation);
                await(
                        "all is well",
                        () -> node.get("/api/v1/status/cluster")
                                .at("/data/failing")
                                .isEmpty());
                assertThat(world.told("Hot", "firing")).as("told once").hasSize(1);
            } finally {
                simulation.stop();
            }
            VerifyReport report = LedgerVerifier.verify(
                    ledger,
                    List.of(node.url()),
                    null,
                    new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8));
            assertThat(report.isComplete()).as(report.text()).isTrue();
            assertThat(node.stop()).isZero();
        } finally {
            ClientProgram.run("", "umount", "mount", "umount", "-l", data.toString());
        }
    }

    /** Takes all the room there is. */
    private static void fill(Path file) {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(
                file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            // As it should be.
        }
    }

    private static void awaitMore(RunningSimulation simulation) {
        long before = simulation.summary().acknowledgedSamples();
        await("writes go on", () -> simulation.summary().acknowledgedSamples() > before + 2000);
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(condition);
    }
}
