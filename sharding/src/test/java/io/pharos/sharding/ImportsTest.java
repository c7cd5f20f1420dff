package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Imports of old samples: found at once and by every later owner, behind what was admitted before them. */
class ImportsTest {
    private static final int SHARDS = 8;
    private static final long HOUR = 3_600_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final InMemoryStores stores = new InMemoryStores();
    private final List<TestNode> started = new ArrayList<>();
    private final long now = System.currentTimeMillis();

    @AfterEach
    void stop() {
        started.forEach(TestNode::close);
    }

    private TestNode start() throws Exception {
        TestNode node = new TestNode(stores.stores(), settings -> settings.withShardCount(SHARDS));
        started.add(node);
        return node.awaitReady();
    }

    private TestNode join(TestNode peer) throws Exception {
        TestNode node = new TestNode(stores.stores(), settings -> settings.withShardCount(SHARDS), peer);
        started.add(node);
        return node.awaitReady();
    }

    private static Labels series(int i) {
        return Labels.of("__name__", "m", "i", "" + i);
    }

    private static AppendResult append(SampleSink sink, SampleBatchBuilder batch) throws Exception {
        return sink.append(batch.build(), Instant.now().plus(PATIENCE))
                .toCompletableFuture()
                .get(4, TimeUnit.MINUTES);
    }

    private Map<Long, Double> samples(TestNode node, int series, long until) throws Exception {
        QueryValue value = node.value("m{i=\"" + series + "\"}[8d]", until);
        Map<Long, Double> found = new TreeMap<>();
        for (QueryValue.MatrixSeries one : ((QueryValue.Matrix) value).series()) {
            for (int i = 0; i < one.values().length; i++) {
                found.put(one.timestampsMillis()[i], one.values()[i]);
            }
        }
        return found;
    }

    @Test
    void samplesOfManyDaysAreFoundAtOnceAndAfterEveryChangeOfOwner() throws Exception {
        TestNode first = start();
        Map<Integer, Map<Long, Double>> expected = new TreeMap<>();
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 12; i++) {
            batch.series(series(i));
            for (long time = now - 6 * 24 * HOUR; time < now; time += 600_000 + i) {
                batch.sample(time, (double) (time % 1000 + i));
                expected.computeIfAbsent(i, added -> new TreeMap<>()).put(time, (double) (time % 1000 + i));
            }
        }
        int count = batch.sampleCount();
        assertThat(append(first.runtime.imports(), batch)).isEqualTo(AppendResult.Decided.allOf(count));
        for (int i = 0; i < 12; i++) {
            assertThat(samples(first, i, now)).as("series %s", i).isEqualTo(expected.get(i));
        }
        first.kill();
        TestNode second = start();
        for (int i = 0; i < 12; i++) {
            assertThat(samples(second, i, now)).as("series %s, next owner", i).isEqualTo(expected.get(i));
        }
        // The same again changes nothing.
        SampleBatchBuilder again = new SampleBatchBuilder().series(series(3));
        Map<Long, Double> third = Objects.requireNonNull(expected.get(3));
        third.forEach(again::sample);
        assertThat(append(second.runtime.imports(), again)).isEqualTo(AppendResult.Decided.allOf(third.size()));
        assertThat(samples(second, 3, now)).isEqualTo(third);
    }

    @Test
    void whatWasAdmittedFirstStaysAndTheRestFillsTheGaps() throws Exception {
        TestNode first = start();
        SampleBatchBuilder pushed = new SampleBatchBuilder().series(series(0));
        Map<Long, Double> expected = new TreeMap<>();
        for (long time = now - 3 * HOUR; time < now; time += 120_000) {
            pushed.sample(time, 1);
            expected.put(time, 1.0);
        }
        AppendResult taken = append(first.runtime.sink(), pushed);
        assertThat(taken).isEqualTo(AppendResult.Decided.allOf(expected.size()));
        SampleBatchBuilder imported = new SampleBatchBuilder().series(series(0));
        for (long time = now - 4 * HOUR; time < now - HOUR; time += 60_000) {
            imported.sample(time, 2);
            expected.putIfAbsent(time, 2.0);
        }
        int count = imported.sampleCount();
        assertThat(append(first.runtime.imports(), imported)).isEqualTo(AppendResult.Decided.allOf(count));
        assertThat(samples(first, 0, now)).isEqualTo(expected);
        // Nothing was checkpointed: the next owner has the pushed ones from the log, and the same order.
        first.kill();
        assertThat(samples(start(), 0, now)).isEqualTo(expected);
    }

    @Test
    void tooOldOnesAndThoseWithoutAMetricAreCountedAndTheOthersStored() throws Exception {
        TestNode node = start();
        SampleBatchBuilder batch = new SampleBatchBuilder()
                .series(series(0))
                .sample(now - 400 * 24 * HOUR, 1)
                .sample(now - 367 * 24 * HOUR, 1)
                .sample(now - 2 * HOUR, 2)
                .sample(now - 3 * HOUR, 3)
                .sample(now - 3 * HOUR, 4)
                .series(Labels.of("i", "0"))
                .sample(now - 2 * HOUR, 2);
        AppendResult.Decided result = (AppendResult.Decided) append(node.runtime.imports(), batch);
        assertThat(result.accepted()).isEqualTo(3);
        assertThat(result.refusedByReason())
                .isEqualTo(Map.of(RefusalReason.TOO_OLD, 2, RefusalReason.INVALID_LABELS, 1));
        assertThat(samples(node, 0, now)).isEqualTo(Map.of(now - 2 * HOUR, 2.0, now - 3 * HOUR, 3.0));
    }

    @Test
    void whatIsOlderThanRawSamplesAreKeptIsFoundAsRollUpsAlsoWhereItCameInParts() throws Exception {
        TestNode node = start();
        long end = (now - 20 * 24 * HOUR) / (24 * HOUR) * 24 * HOUR;
        // The second part fills the hours that the first left half empty, when points of them are there already.
        for (int part = 0; part < 2; part++) {
            SampleBatchBuilder batch = new SampleBatchBuilder().series(series(0));
            for (long time = end - 48 * HOUR + (part + 1) * 30_000L; time <= end; time += 60_000) {
                batch.sample(time, part + (time % HOUR < HOUR / 2 ? 10 : 20));
            }
            int count = batch.sampleCount();
            assertThat(append(node.runtime.imports(), batch)).isEqualTo(AppendResult.Decided.allOf(count));
            node.runtime.rollUp().toCompletableFuture().get(2, TimeUnit.MINUTES);
        }
        for (long time = end - 47 * HOUR; time <= end; time += HOUR) {
            assertThat(node.number("count_over_time(m[1h])", time)).isEqualTo(120);
            assertThat(node.number("avg_over_time(m[1h])", time)).isCloseTo(15.5, within(1e-9));
            assertThat(node.number("sum(max_over_time(m[30m]))", time)).isEqualTo(21);
        }
    }

    @Test
    void anOwnerThatMovesInTheMiddleLosesNothing() throws Exception {
        TestNode first = start();
        TestNode second = null;
        int rounds = 30;
        for (int round = 0; round < rounds; round++) {
            if (round == 8) {
                second = join(first);
            }
            if (round == 20) {
                first.runtime.stop().toCompletableFuture().get(2, TimeUnit.MINUTES);
                first = Objects.requireNonNull(second);
            }
            SampleBatchBuilder batch = new SampleBatchBuilder();
            for (int i = 0; i < 20; i++) {
                batch.series(series(i)).sample(now - 48 * HOUR + round * 60_000L, round);
            }
            assertThat(append(first.runtime.imports(), batch)).isEqualTo(AppendResult.Decided.allOf(20));
        }
        TestNode last = first;
        for (int i = 0; i < 20; i++) {
            int series = i;
            await().atMost(PATIENCE).until(() -> samples(last, series, now).size() >= rounds);
            assertThat(samples(last, i, now)).hasSize(rounds);
        }
    }
}
