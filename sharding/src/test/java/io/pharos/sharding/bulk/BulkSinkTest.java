package io.pharos.sharding.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.ImportPart;
import io.pharos.sharding.shard.RefusalCode;
import io.pharos.sharding.wire.WireSerializer;
import io.pharos.timeseries.chunk.SealedChunk;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of a batch: chunks for the shards' owners, the rest for the log. */
class BulkSinkTest {
    private static final int SHARDS = 4;
    private static final Instant NOW = Instant.parse("2026-11-21T15:30:00Z");
    private static final long HOUR = 3_600_000;

    private final List<ImportPart> sent = new ArrayList<>();
    private final List<SampleBatch> recent = new ArrayList<>();

    private BulkSink sink(Duration attemptTimeout) {
        return new BulkSink(
                SHARDS,
                new BulkRules(
                        Duration.ofHours(1),
                        Duration.ofDays(7),
                        48 << 10,
                        1 << 30,
                        attemptTimeout,
                        Duration.ZERO,
                        Duration.ofSeconds(1)),
                InstantSource.fixed(NOW),
                (batch, deadline) -> {
                    recent.add(batch);
                    return CompletableFuture.completedStage(AppendResult.Decided.allOf(batch.sampleCount()));
                },
                sent::add);
    }

    private static AppendReply.Appended taken(ImportPart part) {
        return new AppendReply.Appended(part.shard(), part.part(), 1, new int[0], new int[0], new byte[0], new long[0]);
    }

    @Test
    void everySampleTravelsOnceInChunksOfOneDayAndMessagesThatCanBeSent() throws Exception {
        for (int seed = 0; seed < 4; seed++) {
            sent.clear();
            recent.clear();
            Random random = new Random(seed);
            Map<Labels, Map<Long, Double>> expected = new TreeMap<>();
            SampleBatchBuilder batch = new SampleBatchBuilder();
            for (int i = 0; i < 6; i++) {
                Labels labels = Labels.of("__name__", "m", "i", "x".repeat(random.nextInt(40_000)) + i);
                batch.series(labels);
                Map<Long, Double> samples = expected.computeIfAbsent(labels, added -> new TreeMap<>());
                long time = NOW.toEpochMilli() - random.nextInt(160) * HOUR;
                boolean sorted = random.nextBoolean();
                int count = 1 + random.nextInt(9_000);
                for (int s = 0; s < count; s++) {
                    double value = random.nextInt(3) == 0 ? s : Double.longBitsToDouble(random.nextLong() >>> 2);
                    time += sorted ? 1 + random.nextInt(20_000) : random.nextInt(20_001) - 10_000;
                    batch.sample(time, value);
                    samples.putIfAbsent(time, value);
                }
            }
            BulkSink sink = sink(Duration.ofMinutes(1));
            int count = batch.sampleCount();
            CompletableFuture<AppendResult> result =
                    sink.append(batch.build(), NOW.plusSeconds(60)).toCompletableFuture();
            assertThat(sink.pendingBytes())
                    .isEqualTo(sent.stream().mapToLong(ImportPart::bytes).sum());
            List.copyOf(sent).forEach(part -> sink.onReply(taken(part)));
            assertThat(sink.pendingBytes()).isZero();
            AppendResult.Decided decided = (AppendResult.Decided) result.get();
            assertThat(decided.accepted() + decided.refused()).isEqualTo(count);
            expected.values()
                    .forEach(samples -> samples.keySet().removeIf(time -> time < NOW.toEpochMilli() - 7 * 24 * HOUR));
            expected.values().removeIf(Map::isEmpty);
            assertThat(found()).isEqualTo(expected);
        }
    }

    private Map<Labels, Map<Long, Double>> found() {
        Map<Labels, Map<Long, Double>> found = new TreeMap<>();
        int twice = 0;
        for (ImportPart part : sent) {
            assertThat(part.bytes()).isLessThan(WireSerializer.MESSAGE_BYTES_MAX - 1024);
            int chunk = 0;
            for (int series = 0; series < part.labelEnds().length; series++) {
                int from = series == 0 ? 0 : part.labelEnds()[series - 1];
                Labels labels = Labels.ofCanonicalBytes(part.labels(), from, part.labelEnds()[series]);
                assertThat(SeriesIdentity.of(labels).shard(SHARDS)).isEqualTo(part.shard());
                Map<Long, Double> samples = found.computeIfAbsent(labels, added -> new TreeMap<>());
                for (; chunk < part.chunkEnds()[series]; chunk++) {
                    SealedChunk sealed = SealedChunk.parse(part.chunks()[chunk]);
                    long[] times = new long[sealed.count()];
                    double[] values = new double[sealed.count()];
                    sealed.decode(times, values);
                    assertThat(Math.floorDiv(times[0], 24 * HOUR))
                            .isEqualTo(Math.floorDiv(times[times.length - 1], 24 * HOUR));
                    assertThat(times[times.length - 1]).isLessThan(NOW.toEpochMilli() - HOUR * 3 / 4);
                    for (int i = 0; i < times.length; i++) {
                        twice += samples.put(times[i], values[i]) == null ? 0 : 1;
                    }
                }
            }
        }
        for (SampleBatch batch : recent) {
            for (int series = 0; series < batch.seriesCount(); series++) {
                Map<Long, Double> samples = found.computeIfAbsent(batch.labels(series), added -> new TreeMap<>());
                int from = batch.sampleFrom()[series];
                int to = batch.sampleFrom()[series + 1];
                assertThat(batch.timestamps()[from]).isGreaterThanOrEqualTo(NOW.toEpochMilli() - HOUR);
                for (int i = from; i < to; i++) {
                    twice += samples.put(batch.timestamps()[i], batch.values()[i]) == null ? 0 : 1;
                }
            }
        }
        assertThat(twice).as("samples that travelled twice").isZero();
        return found;
    }

    private static SampleBatch twoOld() {
        return new SampleBatchBuilder()
                .series(Labels.of("__name__", "m"))
                .sample(NOW.toEpochMilli() - 30 * HOUR, 1)
                .sample(NOW.toEpochMilli() - 2 * HOUR, 2)
                .build();
    }

    @Test
    void aPartIsSentAgainUntilItIsTakenAndWhatTheShardRefusesIsCounted() throws Exception {
        BulkSink sink = sink(Duration.ZERO);
        CompletableFuture<AppendResult> result =
                sink.append(twoOld(), NOW.plusSeconds(60)).toCompletableFuture();
        assertThat(sent).hasSize(1);
        ImportPart part = sent.get(0);
        sink.sweep();
        assertThat(sent).hasSize(2);
        sink.onReply(new AppendReply.NotNow(part.shard(), part.part(), AppendReply.Reason.RECOVERING));
        sink.sweep();
        assertThat(sent).hasSize(3).allMatch(each -> each.part() == part.part());
        assertThat(result).isNotDone();
        sink.onReply(new AppendReply.Appended(
                part.shard(),
                part.part(),
                1,
                new int[0],
                new int[] {1},
                new byte[] {RefusalCode.of(RefusalReason.SERIES_LIMIT)},
                new long[] {5}));
        AppendResult.Decided decided = (AppendResult.Decided) result.get();
        assertThat(decided.accepted()).isEqualTo(1);
        assertThat(decided.refusedByReason()).isEqualTo(Map.of(RefusalReason.SERIES_LIMIT, 1));
        sink.onReply(taken(part));
        sink.sweep();
        assertThat(sent).hasSize(3);
    }

    @Test
    void whatIsNotTakenInTimeIsUnavailableAndNamesTheShard() throws Exception {
        BulkSink sink = sink(Duration.ofMinutes(1));
        CompletableFuture<AppendResult> result = sink.append(twoOld(), NOW).toCompletableFuture();
        ImportPart part = sent.get(0);
        sink.onReply(new AppendReply.NotNow(part.shard(), part.part(), AppendReply.Reason.HANDING_OVER));
        sink.sweep();
        assertThat(result.get())
                .isInstanceOfSatisfying(
                        AppendResult.Unavailable.class,
                        away -> assertThat(away.reason()).isEqualTo("shard " + part.shard() + " is being handed over"));
        assertThat(sink.pendingBytes()).isZero();
    }
}
