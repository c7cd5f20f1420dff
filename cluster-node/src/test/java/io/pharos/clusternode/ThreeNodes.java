package io.pharos.clusternode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;

/** Three nodes as processes over a keyspace of their own in the tests' Cassandra. */
final class ThreeNodes implements AutoCloseable {
    private final List<NodeUnderTest> nodes = new ArrayList<>();

    private ThreeNodes() {}

    /** Starts them below a folder and waits until all are ready and have their share of the shards. */
    static ThreeNodes start(Path folder, String keyspace) throws Exception {
        List<String> store = SharedCassandra.options(keyspace);
        ThreeNodes all = new ThreeNodes();
        try {
            for (int i = 1; i <= 3; i++) {
                all.nodes.add(NodeUnderTest.launchSmall(folder.resolve("node-" + i), store));
            }
            all.nodes.forEach(NodeUnderTest::awaitReady);
            Awaitility.await("every node has its share")
                    .atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(300))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> owners(all.nodes.get(0)).size() == 3);
            return all;
        } catch (Exception failure) {
            all.close();
            throw failure;
        }
    }

    /** Those who have a shard, as one node sees it; none while any shard does not run. */
    static Set<String> owners(NodeUnderTest node) throws IOException, InterruptedException {
        Set<String> owners = new HashSet<>();
        for (JsonNode shard : node.get("/api/v1/status/cluster").path("data").path("shards")) {
            if (!shard.path("state").asText().equals("running")) {
                return Set.of();
            }
            owners.add(shard.path("owner").asText());
        }
        return owners;
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
