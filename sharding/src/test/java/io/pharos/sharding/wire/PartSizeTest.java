package io.pharos.sharding.wire;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.SerializationExtension;
import com.typesafe.config.ConfigFactory;
import io.pharos.sharding.ingest.IngestMetrics;
import io.pharos.sharding.ingest.IngestRouter;
import io.pharos.sharding.ingest.IngestSettings;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.RefusalCode;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whatever senders send, no message to or from a shard is larger than may be sent between nodes. */
class PartSizeTest {
    private static final ActorTestKit KIT = TestSystems.local();
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final List<AppendPart> sent = new ArrayList<>();
    private final IngestSettings settings = IngestSettings.of(
            ConfigFactory.parseResources("pharos/reference.conf").resolve().getConfig("pharos.sharding.ingest"));
    private final IngestRouter router = new IngestRouter(
            1, settings, InstantSource.fixed(NOW), sent::addAll, new IngestMetrics(new PrometheusRegistry()));
    private final Random random = new Random(4);

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private CompletableFuture<AppendResult> append(SampleBatchBuilder batch) {
        return router.append(batch.build(), NOW.plusSeconds(60)).toCompletableFuture();
    }

    private void assertSendable() {
        ActorRef<AppendReply> replyTo = KIT.createTestProbe(AppendReply.class).ref();
        assertThat(sent).isNotEmpty();
        for (AppendPart part : sent) {
            // The serializer refuses what is larger.
            assertThat(SerializationExtension.get(KIT.system())
                            .serialize(new SeriesShard.Append(part, replyTo))
                            .get())
                    .hasSizeLessThanOrEqualTo(WireSerializer.MESSAGE_BYTES_MAX);
            int samples = part.timestamps().length;
            int[] refused = new int[samples];
            Arrays.setAll(refused, i -> i);
            byte[] reasons = new byte[samples];
            Arrays.fill(reasons, RefusalCode.of(AppendResult.RefusalReason.DUPLICATE));
            long[] stored = random.longs(samples).toArray();
            int[] newRefs = random.ints(part.newCount(), -1, Integer.MAX_VALUE).toArray();
            assertThat(SerializationExtension.get(KIT.system())
                            .serialize(new AppendReply.Appended(0, 1, 1, newRefs, refused, reasons, stored))
                            .get())
                    .hasSizeLessThanOrEqualTo(WireSerializer.MESSAGE_BYTES_MAX);
        }
    }

    @Test
    void oneSampleEachOfSeriesWithManyLabels() {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 4000; i++) {
            batch.add(labels(i, 40 + random.nextInt(600)), random.nextLong(), random.nextDouble());
        }
        append(batch);
        assertSendable();
    }

    @Test
    void manySamplesOfSeriesWithTheLargestLabels() {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 5; i++) {
            batch.series(labels(i, settings.partLabelBytesMax() - 100));
            for (int k = 0; k < 7000; k++) {
                batch.sample(random.nextLong(), random.nextDouble());
            }
        }
        append(batch);
        assertSendable();
    }

    @Test
    void manyHistogramsOfAnySizeOfSeriesWithTheLargestLabels() {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 8; i++) {
            batch.series(labels(i, i % 2 == 0 ? settings.partLabelBytesMax() - 100 : 50));
            for (int k = 0; k < 300; k++) {
                double[] counts =
                        random.doubles(i == 3 ? 3200 : random.nextInt(150)).toArray();
                batch.histogram(
                        random.nextLong(),
                        Histogram.exponential(8, 0, 0, 1, 1, HistogramBuckets.from(0, counts), HistogramBuckets.NONE));
                batch.sample(random.nextLong(), random.nextDouble());
            }
        }
        int count = batch.sampleCount();
        append(batch);
        assertSendable();
        assertThat(sent.stream().mapToInt(part -> part.timestamps().length).sum())
                .isEqualTo(count);
        int histograms = 0;
        for (AppendPart part : sent) {
            for (int i = 0; i < part.timestamps().length; i++) {
                EncodedHistogram one = part.histograms() == null ? null : part.histograms()[i];
                histograms += one != null && Double.compare(one.mark(), part.values()[i]) == 0 ? 1 : 0;
            }
        }
        assertThat(histograms).isEqualTo(count / 2);
    }

    @Test
    void aSeriesWhoseLabelsFitIntoNoMessageIsRefusedWithItsSize() throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        batch.add(labels(1, settings.partLabelBytesMax()), 1, 1);
        AppendResult.Decided decided = (AppendResult.Decided) append(batch).get();
        assertThat(decided.refusals()).hasSize(1);
        assertThat(decided.refusals().get(0).detail()).contains("part-labels").contains("at most 49152");
        assertThat(sent).isEmpty();
    }

    private static Labels labels(int number, int bytes) {
        return Labels.of("__name__", "m", "i", "" + number, "padding", "p".repeat(bytes));
    }
}
