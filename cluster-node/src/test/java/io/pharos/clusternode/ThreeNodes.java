package io.pharos.clusternode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three nodes as processes over a keyspace of their own in the tests' Cassandra. */
final class ThreeNodes implements AutoCloseable {
    private final List<NodeUnderTest> nodes = new ArrayList<>();

    private ThreeNodes() {}

    /** Starts them below a folder and waits until all are ready. */
    static ThreeNodes start(Path folder, String keyspace) throws Exception {
        List<String> store = SharedCassandra.options(keyspace);
        ThreeNodes all = new ThreeNodes();
        try {
            for (int i = 1; i <= 3; i++) {
                all.nodes.add(NodeUnderTest.launchSmall(folder.resolve("node-" + i), store));
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
    }
}
