package io.pharos.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.embedded.EmbeddedCassandraListener.State;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.Stores;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of the embedded server: killed, orphaned, refused. */
class EmbeddedCassandraIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static void awaitReady(EmbeddedCassandra server) {
        server.ready()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static CassandraStores connect(EmbeddedCassandra server) {
        CassandraSettings settings = new CassandraSettings(
                List.of(),
                "datacenter1",
                Optional.empty(),
                Optional.empty(),
                "pharos",
                0,
                PATIENCE,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));
        return CassandraStores.connect(settings.forEmbedded(server.cqlPort()), server)
                .toCompletableFuture()
                .join();
    }

    @Test
    void whatWasAcknowledgedIsThereAfterTheServerWasKilled(@TempDir Path data) {
        ConcurrentLinkedQueue<State> states = new ConcurrentLinkedQueue<>();
        EmbeddedCassandra server =
                EmbeddedCassandra.start(TestServers.settings(data), (state, detail) -> states.add(state));
        try (server) {
            awaitReady(server);
            try (CassandraStores opened = connect(server)) {
                Incarnation incarnation = new Incarnation(UUID.randomUUID());
                Stores stores = opened.stores();
                stores.logs().openSegment(incarnation, 0).toCompletableFuture().join();
                Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
                AtomicBoolean killed = new AtomicBoolean();
                int killedPid = server.pid();
                writeUntil(killed, stores, incarnation, acknowledged, 0);
                await().atMost(PATIENCE).until(() -> acknowledged.size() > 500);
                ProcessHandle.of(killedPid).orElseThrow().destroyForcibly();
                await().atMost(PATIENCE)
                        .until(() -> server.pid() != killedPid && server.pid() != 0 && states.contains(State.DOWN));
                killed.set(true);
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> missing(stores, incarnation, acknowledged).isEmpty());
            }
        }
        assertThat(states)
                .startsWith(State.STARTING, State.READY, State.DOWN, State.STARTING)
                .endsWith(State.STOPPED);
        assertThat(server.pid()).isZero();
    }

    /** One row after another, each counted when it is acknowledged; after a failure the next position is tried. */
    private static void writeUntil(
            AtomicBoolean end, Stores stores, Incarnation incarnation, Set<Integer> acknowledged, int commit) {
        ByteBuffer blob = ByteBuffer.allocate(8_192).putInt(0, commit);
        stores.logs().append(incarnation, new LogPosition(0, commit), blob).whenComplete((done, failure) -> {
            if (failure == null) {
                acknowledged.add(commit);
            }
            if (failure == null && !end.get()) {
                writeUntil(end, stores, incarnation, acknowledged, commit + 1);
            } else if (!end.get()) {
                CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(() -> {
                    if (!end.get()) {
                        writeUntil(end, stores, incarnation, acknowledged, commit + 1);
                    }
                });
            }
        });
    }

    private static Set<Integer> missing(Stores stores, Incarnation incarnation, Set<Integer> acknowledged) {
        Set<Integer> missing = new ConcurrentSkipListSet<>(acknowledged);
        stores.logs()
                .read(incarnation, LogPosition.START, (position, blob) -> {
                    assertThat(blob.getInt(blob.position())).isEqualTo(position.commit());
                    missing.remove(position.commit());
                })
                .toCompletableFuture()
                .join();
        return missing;
    }

    @Test
    void theServerEndsWithItsOwnerAndTheNextOwnerTakesTheData(@TempDir Path data) throws Exception {
        EmbeddedCassandraSettings settings = TestServers.settings(data);
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dpharos.cassandra.lib=" + settings.libDirectory(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OwnerProcess.class.getName(),
                        data.toString(),
                        Integer.toString(settings.cqlPort()),
                        Integer.toString(settings.storagePort()))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = owner.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            while (line != null && !line.startsWith("child ")) {
                line = said.readLine();
            }
            assertThat(line).isNotNull();
            ProcessHandle child = ProcessHandle.of(
                            Long.parseLong(String.valueOf(line).substring("child ".length())))
                    .orElseThrow();
            assertThatThrownBy(() -> awaitReady(EmbeddedCassandra.start(settings, (state, detail) -> {})))
                    .hasMessageContaining("belongs to the running process " + owner.pid());
            owner.destroyForcibly();
            assertThat(child.onExit()
                            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .isAlive())
                    .isFalse();
            try (EmbeddedCassandra next = EmbeddedCassandra.start(settings, (state, detail) -> {})) {
                awaitReady(next);
                assertThat(next.pid()).isPositive();
            }
        } finally {
            owner.destroyForcibly();
        }
    }

    @Test
    void aTakenPortIsOneClearLine(@TempDir Path data) throws Exception {
        EmbeddedCassandraSettings free = TestServers.settings(data);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedCassandraSettings settings = TestServers.settings(data, taken.getLocalPort(), free.storagePort());
            assertThatThrownBy(() -> awaitReady(EmbeddedCassandra.start(settings, (state, detail) -> {})))
                    .hasMessageContaining("Port " + taken.getLocalPort() + " (CQL of the embedded Cassandra) is taken");
        }
    }

    @Test
    void aChildThatCannotStartSaysWhyAndWhereItsLogIs(@TempDir Path data, @TempDir Path empty) {
        EmbeddedCassandraSettings good = TestServers.settings(data);
        EmbeddedCassandraSettings without = new EmbeddedCassandraSettings(
                empty,
                data,
                good.cqlPort(),
                good.storagePort(),
                good.heap(),
                good.javaHome(),
                good.startTimeout(),
                good.stopTimeout(),
                false);
        assertThatThrownBy(() -> awaitReady(EmbeddedCassandra.start(without, (state, detail) -> {})))
                .hasMessageContaining("ended while it started")
                .hasMessageContaining("CassandraDaemon")
                .hasMessageEndingWith("see " + data.resolve("logs").resolve("cassandra.log"));
    }

    @Test
    void theClassArchiveFitsTheServerItWasMadeFor(@TempDir Path data) throws InterruptedException {
        EmbeddedCassandraSettings plain = TestServers.settings(data);
        EmbeddedCassandraSettings settings = new EmbeddedCassandraSettings(
                plain.libDirectory(),
                data,
                plain.cqlPort(),
                plain.storagePort(),
                plain.heap(),
                plain.javaHome(),
                plain.startTimeout(),
                plain.stopTimeout(),
                true);
        ServerFolder folder = ServerFolder.in(data);
        ClassArchive archive = new ClassArchive(settings, folder, JavaHomes.find(Optional.empty()));
        archive.make(Duration.ZERO);
        assertThat(archive.exists()).isTrue();
        assertThat(folder.root().resolve("archive-scratch")).doesNotExist();
        try (EmbeddedCassandra server = EmbeddedCassandra.start(settings, (state, detail) -> {})) {
            awaitReady(server);
            assertThat(folder.console()).content().doesNotContain("archive");
        }
    }
}
