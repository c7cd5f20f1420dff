package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes in one JVM that talk over loopback as processes do: nothing but bytes passes between them. */
class ThreeNodesTest {
    private static final int SHARDS = 64;
    private static final List<TestNode> NODES = new ArrayList<>();
    private static final long NOW = System.currentTimeMillis();

    @BeforeAll
    static void start() throws Exception {
        Stores stores = new InMemoryStores().stores();
        NODES.add(new TestNode(stores, settings -> settings.withShardCount(SHARDS)));
        NODES.get(0).awaitReady();
        NODES.add(new TestNode(stores, settings -> settings.withShardCount(SHARDS), NODES.get(0)));
        NODES.add(new TestNode(stores, settings -> settings.withShardCount(SHARDS), NODES.get(0)));
        // Every node has shards, and every node knows where all of them are.
        Awaitility.await().atMost(90, TimeUnit.SECONDS).untilAsserted(() -> {
            for (TestNode node : NODES) {
                Set<String> owners = new HashSet<>();
                node.runtime.status().shards().forEach(shard -> owners.add(shard.owner()));
                assertThat(owners).hasSize(3).doesNotContain("");
            }
        });
    }

    @AfterAll
    static void stop() {
        List<TestNode> all = new ArrayList<>(NODES);
        Collections.reverse(all);
        all.forEach(TestNode::close);
    }

    private static void append(TestNode node, SampleBatchBuilder batch, int samples) throws Exception {
        AppendResult result = node.runtime
                .sink()
                .append(batch.build(), Instant.now().plusSeconds(30))
                .toCompletableFuture()
                .get(40, TimeUnit.SECONDS);
        assertThat(result).isEqualTo(AppendResult.Decided.allOf(samples));
    }

    private static double number(TestNode node, String expression) throws Exception {
        QueryValue value = node.runtime
                .queries()
                .instant(expression, NOW, QueryOptions.defaults())
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .value();
        return ((QueryValue.Vector) value).samples().get(0).value();
    }

    @Test
    void anyNodeTakesAnySampleAndAnswersAnyQuery() throws Exception {
        for (int round = 0; round < 6; round++) {
            SampleBatchBuilder batch = new SampleBatchBuilder();
            for (int i = 0; i < 500; i++) {
                batch.add(
                        Labels.of("__name__", "cpu", "host", "h" + i, "pool", "p" + i % 4),
                        NOW - 60_000 + round * 10_000L,
                        i + round * 0.25);
            }
            append(NODES.get(round % 3), batch, 500);
        }
        for (TestNode node : NODES) {
            assertThat(number(node, "count(cpu)")).isEqualTo(500);
            assertThat(number(node, "sum(count_over_time(cpu[2m]))")).isEqualTo(3000);
            assertThat(number(node, "sum(cpu)")).isEqualTo(499 * 250 + 500 * 1.25);
            assertThat(node.runtime
                            .queries()
                            .labelValues(
                                    "host",
                                    List.of(List.of(LabelMatcher.equal("pool", "p1"))),
                                    NOW - 100_000,
                                    NOW,
                                    QueryOptions.defaults())
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS)
                            .values())
                    .hasSize(125);
        }
    }
}
