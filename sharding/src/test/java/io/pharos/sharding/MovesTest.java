package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.CoordinatedShutdown;
import akka.cluster.typed.Cluster;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.placement.DrainedNodes;
import io.pharos.sharding.query.QuerySettings;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Planned moves: nodes come, are drained and go while a writer and a reader work; neither notices. */
class MovesTest {
    private static final int SHARDS = 16;
    private static final int SERIES = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final InMemoryStores stores = new InMemoryStores();
    private final List<TestNode> nodes = new CopyOnWriteArrayList<>();
    private final ReentrantReadWriteLock asking = new ReentrantReadWriteLock();
    private final List<TestNode> started = new ArrayList<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final long base = System.currentTimeMillis() - 600_000;
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(2);
    private long writes;
    private long reads;

    @AfterEach
    void stop() {
        clients.shutdownNow();
        started.forEach(TestNode::close);
    }

    /** A move may take a while on a machine that has much else to do; what is tested is that it loses and refuses nothing. */
    private static ShardingSettings patient(ShardingSettings settings) {
        return settings.withShardCount(SHARDS)
                .withQuery(new QuerySettings(
                        settings.query().concurrency(),
                        settings.query().queueMax(),
                        Duration.ofSeconds(60),
                        settings.query().sliceReadSeries(),
                        settings.query().resultBytesMax()));
    }

    private TestNode start() {
        TestNode node = started.isEmpty()
                ? new TestNode(stores.stores(), MovesTest::patient)
                : new TestNode(stores.stores(), MovesTest::patient, nodes.get(0));
        started.add(node);
        nodes.add(node);
        return node;
    }

    private static long open(TestNode node) {
        String self = node.system.address().toString();
        return node.runtime.status().shards().stream()
                .filter(shard -> shard.state().equals("open")
                        && (shard.owner().equals(self) || !shard.owner().contains("@")))
                .count();
    }

    private void awaitEven(TestNode... members) {
        long least = SHARDS / members.length;
        await().atMost(PATIENCE).until(() -> {
            long sum = 0;
            boolean even = true;
            for (TestNode node : members) {
                sum += open(node);
                even &= open(node) >= least;
            }
            return even && sum == SHARDS;
        });
    }

    /** One request of the writer. */
    private void write() {
        long round = writes++;
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < SERIES; i++) {
            batch.add(Labels.of("__name__", "m", "i", "" + i), base + round, (double) round);
        }
        try {
            AppendResult result = any(round)
                    .runtime
                    .sink()
                    .append(batch.build(), Instant.now().plusSeconds(60))
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES);
            if (result.equals(AppendResult.Decided.allOf(SERIES))) {
                acknowledged.addAndGet(SERIES);
            } else {
                faults.add("write " + round + ": " + result);
            }
        } catch (Exception failure) {
            faults.add("write " + round + ": " + failure);
        }
    }

    /** One question of the reader. */
    private void read() {
        long round = reads++;
        long before = acknowledged.get();
        if (before == 0) {
            return;
        }
        asking.readLock().lock();
        try {
            QueryValue value = any(round).value("sum(count_over_time(m[1h]))", base + 600_000);
            double seen = ((QueryValue.Vector) value).samples().get(0).value();
            if (seen < before) {
                faults.add("read " + round + ": " + seen + " of " + before + " acknowledged samples");
            }
            answers.incrementAndGet();
        } catch (Exception failure) {
            faults.add("read " + round + ": " + failure);
        } finally {
            asking.readLock().unlock();
        }
    }

    /** A running node, each in turn; of one look at the list, since nodes leave it meanwhile. */
    private TestNode any(long round) {
        Object[] running = nodes.toArray();
        return (TestNode) running[(int) (round % running.length)];
    }

    /** As a node's process does it: nobody asks it any more, its part stops, it leaves the cluster. */
    private void leave(TestNode node) throws Exception {
        // As a node's HTTP does: it takes no more questions, and ends when those it took are answered.
        asking.writeLock().lock();
        try {
            nodes.remove(node);
        } finally {
            asking.writeLock().unlock();
        }
        node.runtime.stop().toCompletableFuture().get(2, TimeUnit.MINUTES);
        assertThat(open(node)).isZero();
        CoordinatedShutdown.get(node.system)
                .runAll(CoordinatedShutdown.actorSystemTerminateReason())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
    }

    @Test
    void nodesComeAreDrainedAndGoAndNoWriterOrReaderNotices() throws Exception {
        TestNode first = start().awaitReady();
        clients.scheduleWithFixedDelay(this::write, 0, 2, TimeUnit.MILLISECONDS);
        clients.scheduleWithFixedDelay(this::read, 0, 5, TimeUnit.MILLISECONDS);
        TestNode second = start();
        TestNode third = start();
        awaitEven(first, second, third);

        DrainedNodes drained = DrainedNodes.get(third.system);
        drained.drain(Cluster.get(second.system).selfMember().uniqueAddress())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        awaitEven(first, third);
        // The oldest node, which places the shards, goes: the next one that places knows who is drained.
        leave(first);
        await().atMost(PATIENCE).until(() -> open(third) == SHARDS);
        assertThat(open(second)).isZero();
        drained.undo(Cluster.get(second.system).selfMember().uniqueAddress())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        awaitEven(second, third);
        leave(second);
        await().atMost(PATIENCE).until(() -> open(third) == SHARDS);

        clients.shutdown();
        assertThat(clients.awaitTermination(3, TimeUnit.MINUTES)).isTrue();
        assertThat(faults).isEmpty();
        assertThat(answers).hasPositiveValue();
        assertThat(replayed(first) + replayed(second) + replayed(third))
                .as("samples read from a log")
                .isZero();
    }

    private static double replayed(TestNode node) {
        return node.registry.scrape().stream()
                .filter(metric -> metric.getMetadata().getName().equals("pharos_sharding_samples_replayed"))
                .flatMap(metric -> metric.getDataPoints().stream())
                .mapToDouble(point -> ((io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot)
                                point)
                        .getValue())
                .sum();
    }
}
