package io.pharos.sharding.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.RefusalCode;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.LabelEncoding;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IngestRouterTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private final List<AppendPart> sent = new ArrayList<>();

    private IngestRouter router(long pendingMax, int partSamples) {
        return router(pendingMax, partSamples, sent::addAll);
    }

    private static IngestRouter router(long pendingMax, int partSamples, ShardDoor door) {
        return new IngestRouter(
                4,
                new IngestSettings(
                        pendingMax,
                        10_000,
                        partSamples,
                        1 << 16,
                        Duration.ofMillis(5),
                        512,
                        Duration.ofSeconds(100),
                        Duration.ZERO,
                        Duration.ofSeconds(2)),
                InstantSource.fixed(NOW),
                door,
                new IngestMetrics(new PrometheusRegistry()));
    }

    private static SampleBatch batch(int series, int samples) {
        SampleBatchBuilder builder = new SampleBatchBuilder();
        for (int i = 0; i < series; i++) {
            builder.series(Labels.of("__name__", "m", "i", "" + i));
            for (int k = 0; k < samples; k++) {
                builder.sample(NOW.toEpochMilli() + k, i * 1000 + k);
            }
        }
        return builder.build();
    }

    private static CompletableFuture<AppendResult> append(IngestRouter router, SampleBatch batch) {
        return router.append(batch, NOW.plusSeconds(60)).toCompletableFuture();
    }

    private static AppendReply.Appended accepted(AppendPart part, long epoch) {
        int[] refs = new int[part.newCount()];
        for (int i = 0; i < refs.length; i++) {
            refs[i] = (int) part.values()[part.refs().length + i] / 1000;
        }
        return new AppendReply.Appended(part.shard(), part.part(), epoch, refs, new int[0], new byte[0], new long[0]);
    }

    private List<AppendPart> take() {
        List<AppendPart> taken = new ArrayList<>(sent);
        sent.clear();
        return taken;
    }

    @Test
    void aSeriesIsSentWithLabelsOnceAndThenByItsRef() {
        IngestRouter router = router(1 << 20, 1000);
        CompletableFuture<AppendResult> first = append(router, batch(100, 1));
        List<AppendPart> parts = take();
        assertThat(parts).hasSize(4);
        assertThat(parts.stream().mapToInt(AppendPart::newCount).sum()).isEqualTo(100);
        assertThat(parts).allMatch(part -> part.ends() == null && part.refs().length == 0);
        for (AppendPart part : parts) {
            assertThat(first).isNotDone();
            router.onReply(accepted(part, 5));
        }
        assertThat(first).isCompletedWithValue(AppendResult.Decided.allOf(100));
        append(router, batch(100, 1));
        parts = take();
        assertThat(parts.stream().mapToInt(part -> part.refs().length).sum()).isEqualTo(100);
        assertThat(parts).allMatch(part -> part.newCount() == 0 && part.epoch() == 5);
        for (AppendPart part : parts) {
            for (int i = 0; i < part.refs().length; i++) {
                assertThat(part.values()[i]).isEqualTo(part.refs()[i] * 1000.0);
            }
        }
    }

    @Test
    void histogramsCountWithWhatTheyHoldInMemory() {
        double[] counts = new double[200];
        Arrays.fill(counts, 1);
        Histogram histogram =
                Histogram.exponential(0, 0, 0, 200, 1, HistogramBuckets.from(0, counts), HistogramBuckets.NONE);
        SampleBatchBuilder builder = new SampleBatchBuilder().series(Labels.of("__name__", "h"));
        for (int i = 0; i < 10; i++) {
            builder.histogram(NOW.toEpochMilli() + i, histogram);
        }
        IngestRouter router = router(1 << 20, 1000);
        SampleBatch batch = builder.build();
        append(router, batch);
        assertThat(router.pendingBytes()).isGreaterThan(10 * 12 * 200);
        AppendPart part = take().get(0);
        assertThat(part.sampleBytes()).isGreaterThan(10 * 12 * 200);
        assertThat(part.bytesMax()).isLessThan(10 * 4 * 200);
        assertThat(append(router(10 * 12 * 200, 1000), batch).join()).isInstanceOf(AppendResult.Unavailable.class);
    }

    @Test
    void whatAFormerOwnerNeverAnsweredGoesToTheNextOneAsSoonAsItIsOpen() {
        IngestRouter router = router(1 << 20, 1000);
        CompletableFuture<AppendResult> call = append(router, batch(100, 1));
        List<AppendPart> parts = take();
        router.sweep();
        assertThat(sent).as("nothing is due before the attempt's time").isEmpty();
        AppendPart lost = parts.get(0);
        parts.stream().skip(1).forEach(part -> router.onReply(accepted(part, 5)));
        router.opened(lost.shard(), 6);
        router.sweep();
        List<AppendPart> again = take();
        assertThat(again).containsExactly(lost);
        router.onReply(accepted(again.get(0), 6));
        assertThat(call).isCompletedWithValue(AppendResult.Decided.allOf(100));
    }

    @Test
    void aPartWithRefsOfAnotherEpochIsSentAgainWithLabels() {
        IngestRouter router = router(1 << 20, 1000);
        append(router, batch(100, 1));
        take().forEach(part -> router.onReply(accepted(part, 5)));
        CompletableFuture<AppendResult> second = append(router, batch(100, 1));
        AppendPart part = take().get(0);
        router.onReply(new AppendReply.UnknownRefs(part.shard(), part.part(), 6));
        AppendPart again = take().get(0);
        assertThat(again.newCount()).isEqualTo(part.refs().length);
        assertThat(again.values()).isEqualTo(part.values());
        assertThat(second).isNotDone();
    }

    /** What a thread of the actor system does between two steps of the routing thread, here the routing thread does itself. */
    private static final class Interrupted implements ShardDoor {
        private final List<AppendPart> sent = new ArrayList<>();
        private Runnable atNextPart = () -> {};

        @Override
        public void send(List<AppendPart> parts) {
            for (AppendPart part : parts) {
                sent.add(part);
                Runnable interruption = atNextPart;
                atNextPart = () -> {};
                interruption.run();
            }
        }
    }

    @Test
    void refsNeverTravelUnderAnotherEpochThanTheOneThatGaveThem() {
        Interrupted door = new Interrupted();
        IngestRouter router = router(1 << 20, 1000, door);
        append(router, batch(100, 1));
        List<AppendPart> first = List.copyOf(door.sent);
        first.forEach(part -> router.onReply(accepted(part, 5)));
        door.sent.clear();
        // While the part of the first shard goes out, every shard answers from its next epoch.
        door.atNextPart = () -> {
            for (int shard = 0; shard < 4; shard++) {
                router.onReply(new AppendReply.UnknownRefs(shard, -1, 6));
            }
        };
        append(router, batch(100, 1));
        assertThat(door.sent).hasSize(4);
        assertThat(door.sent).allMatch(part -> part.refs().length > 0 && part.epoch() == 5);
    }

    @Test
    void whatAShardCannotTakeNowIsSentAgainUntilTheDeadline() {
        IngestRouter router = router(1 << 20, 1000);
        CompletableFuture<AppendResult> result = append(router, batch(1, 1));
        AppendPart part = take().get(0);
        for (int i = 0; i < 3; i++) {
            router.onReply(new AppendReply.NotNow(part.shard(), part.part(), AppendReply.Reason.RECOVERING));
            router.sweep();
            assertThat(take()).containsExactly(part);
        }
        router.onReply(accepted(part, 1));
        assertThat(result).isCompletedWithValue(AppendResult.Decided.allOf(1));

        CompletableFuture<AppendResult> late = router.append(batch(1, 1), NOW).toCompletableFuture();
        part = take().get(0);
        router.onReply(new AppendReply.NotNow(part.shard(), part.part(), AppendReply.Reason.RECOVERING));
        router.sweep();
        assertThat(late.join())
                .isEqualTo(new AppendResult.Unavailable(
                        "shard " + part.shard() + " is recovering", Duration.ofSeconds(2)));
        assertThat(router.pendingBytes()).isZero();
    }

    @Test
    void refusedSamplesAreNamedInTheSendersTerms() {
        IngestRouter router = router(1 << 20, 1000);
        CompletableFuture<AppendResult> result = append(router, batch(3, 20));
        int refused = 0;
        for (AppendPart part : take()) {
            int n = part.timestamps().length;
            refused++;
            router.onReply(new AppendReply.Appended(
                    part.shard(),
                    part.part(),
                    1,
                    new int[part.newCount()],
                    new int[] {n - 1},
                    new byte[] {RefusalCode.of(RefusalReason.DUPLICATE)},
                    new long[] {Double.doubleToRawLongBits(7)}));
        }
        AppendResult.Decided decided = (AppendResult.Decided) result.join();
        assertThat(decided.accepted()).isEqualTo(60 - refused);
        assertThat(decided.refusedByReason()).containsEntry(RefusalReason.DUPLICATE, refused);
        AppendResult.Refusal one = decided.refusals().get(0);
        assertThat(one.series()).startsWith("m{i=");
        assertThat(one.timestampMillis()).isEqualTo(NOW.toEpochMilli() + 19);
        assertThat(one.value() % 1000).isEqualTo(19);
        assertThat(one.detail()).contains("7.0");
    }

    @Test
    void labelsThatAreNoneAreRefusedAndTheRestGoesOn() {
        IngestRouter router = router(1 << 20, 1000);
        SampleBatchBuilder builder = new SampleBatchBuilder();
        builder.add(Labels.of("job", "nameless"), 1, 1);
        builder.add(Labels.of("__name__", "m"), 1, 1);
        CompletableFuture<AppendResult> result = append(router, builder.build());
        take().forEach(part -> router.onReply(accepted(part, 1)));
        AppendResult.Decided decided = (AppendResult.Decided) result.join();
        assertThat(decided.accepted()).isEqualTo(1);
        assertThat(decided.refusals().get(0).detail()).isEqualTo("no metric name");
        SampleBatch broken = new SampleBatch(
                LabelEncoding.CANONICAL,
                1,
                new byte[] {5, 1},
                new int[] {0},
                new int[] {2},
                new int[] {0, 1},
                new long[] {1},
                new double[] {1});
        assertThat(((AppendResult.Decided) append(router, broken).join()).refusedByReason())
                .containsEntry(RefusalReason.INVALID_LABELS, 1);
    }

    @Test
    void noMessageCarriesMoreThanItMayAndNothingIsLostBetweenThem() {
        IngestRouter router = router(100 << 20, 100);
        CompletableFuture<AppendResult> result = append(router, batch(50, 730));
        List<AppendPart> parts = take();
        assertThat(parts).allMatch(part -> part.timestamps().length <= 100);
        assertThat(parts.stream().mapToInt(part -> part.timestamps().length).sum())
                .isEqualTo(50 * 730);
        assertThat(parts.stream()
                        .flatMapToDouble(part -> java.util.Arrays.stream(part.values()))
                        .distinct()
                        .count())
                .isEqualTo(50 * 730);
        parts.forEach(part -> router.onReply(accepted(part, 1)));
        assertThat(result).isCompletedWithValue(AppendResult.Decided.allOf(50 * 730));
    }

    @Test
    void beyondTheBudgetABatchIsRefusedAtOnce() {
        IngestRouter router = router(10_000, 1000);
        assertThat(append(router, batch(50, 1))).isNotDone();
        assertThat(append(router, batch(500, 1)).join()).isInstanceOf(AppendResult.Unavailable.class);
        router.stop();
        assertThat(router.pendingBytes()).isZero();
    }

    @Test
    void smallBatchesGatherOnlyWhileOthersAreUnderWay() {
        IngestRouter router = router(10 << 20, 1000);
        List<CompletableFuture<AppendResult>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            results.add(append(router, batch(1, 1)));
            assertThat(sent)
                    .as("a batch that finds few others under way does not wait")
                    .hasSize(i + 1);
        }
        for (int i = 0; i < 20; i++) {
            results.add(append(router, batch(1, 1)));
        }
        assertThat(sent).hasSize(8);
        take().forEach(part -> router.onReply(accepted(part, 1)));
        org.awaitility.Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            router.flushGathered();
            return !sent.isEmpty();
        });
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).timestamps()).hasSize(20);
        take().forEach(part -> router.onReply(accepted(part, 1)));
        assertThat(results).allMatch(result -> result.join().equals(AppendResult.Decided.allOf(1)));
    }
}
