package io.pharos.clusternode;

import io.pharos.conf.HoconReader;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.embedded.EmbeddedCassandraSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Three nodes as processes over one Cassandra that belongs to the test. */
final class ThreeNodes implements AutoCloseable {
    private final EmbeddedCassandra cassandra;
    private final List<NodeUnderTest> nodes = new ArrayList<>();

    private ThreeNodes(EmbeddedCassandra cassandra) {
        this.cassandra = cassandra;
    }

    /** Starts everything below a folder and waits until the three nodes are ready. */
    static ThreeNodes start(Path folder, String... options) throws Exception {
        int port = NodeUnderTest.freePort();
        ThreeNodes all = new ThreeNodes(EmbeddedCassandra.start(
                EmbeddedCassandraSettings.of(
                        HoconReader.read("test", "pharos.persistence.embedded.class-archive = false")
                                .getConfig("pharos.persistence.embedded"),
                        Path.of(System.getProperty("pharos.cassandra.lib")),
                        folder.resolve("cassandra"),
                        port + 8001,
                        port + 8002),
                (state, detail) -> {}));
        try {
            all.cassandra.ready().toCompletableFuture().get(2, TimeUnit.MINUTES);
            List<String> common = new ArrayList<>(
                    List.of("--contact-point", "127.0.0.1:" + (port + 8001), "--datacenter", "datacenter1"));
            common.addAll(List.of(options));
            for (int i = 1; i <= 3; i++) {
                all.nodes.add(NodeUnderTest.launchSmall(folder.resolve("node-" + i), common));
            }
            all.nodes.forEach(NodeUnderTest::awaitReady);
            return all;
        } catch (Exception failure) {
            all.close();
            throw failure;
        }
    }

    /** The nodes, whether they run or not. */
    List<NodeUnderTest> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void close() {
        nodes.forEach(NodeUnderTest::close);
        cassandra.close();
    }
}
