package io.pharos.collection.wire.remotewrite;

import static io.pharos.collection.wire.remotewrite.WriteRequests.join;
import static io.pharos.collection.wire.remotewrite.WriteRequests.label;
import static io.pharos.collection.wire.remotewrite.WriteRequests.message;
import static io.pharos.collection.wire.remotewrite.WriteRequests.sample;
import static io.pharos.collection.wire.remotewrite.WriteRequests.series;
import static io.pharos.collection.wire.remotewrite.WriteRequests.snappy;
import static io.pharos.collection.wire.remotewrite.WriteRequests.text;
import static io.pharos.collection.wire.remotewrite.WriteRequests.varint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.metadata.MetricMetadata;
import io.pharos.collection.metadata.MetricType;
import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RemoteWriteDecoderTest {
    private final MetadataCache metadata = new MetadataCache(100);
    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(WriteRequests.LIMITS, metadata);

    private RemoteWriteRequest decode(byte[]... fields) throws MalformedBodyException {
        return decoder.decode(snappy(join(fields)));
    }

    @Test
    void samplesOfSeveralSeriesBecomeColumns() throws Exception {
        Labels one = Labels.of("__name__", "a", "job", "x");
        Labels two = Labels.of("__name__", "b", "zone", "ä");
        SampleBatch batch = decode(
                        series(one, sample(1_700_000_000_000L, 1.5), sample(1_700_000_015_000L, 0)),
                        series(two, sample(-5, StaleMarker.VALUE)))
                .batch();
        assertThat(batch.seriesCount()).isEqualTo(2);
        assertThat(batch.sampleCount()).isEqualTo(3);
        assertThat(batch.labels(0)).isEqualTo(one);
        assertThat(batch.labels(1)).isEqualTo(two);
        assertThat(batch.timestamps()).startsWith(1_700_000_000_000L, 1_700_000_015_000L, -5);
        assertThat(batch.values()).startsWith(1.5, 0);
        assertThat(StaleMarker.is(batch.values()[2])).isTrue();
        assertThat(batch.sampleFrom()).startsWith(0, 2, 3);
    }

    @Test
    void anythingWrittenIsReadBack() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            List<Labels> labels = new ArrayList<>();
            List<byte[]> fields = new ArrayList<>();
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < random.nextInt(40); i++) {
                Labels.Builder builder = new Labels.Builder().set("__name__", "metric_" + i);
                for (int l = 0; l < random.nextInt(6); l++) {
                    builder.set("label" + random.nextInt(9), "v".repeat(random.nextInt(100)));
                }
                labels.add(builder.build());
                List<byte[]> samples = new ArrayList<>();
                for (int s = 0; s <= random.nextInt(5); s++) {
                    times.add(random.nextLong());
                    samples.add(sample(times.get(times.size() - 1), random.nextGaussian()));
                }
                fields.add(series(builder.build(), samples.toArray(byte[][]::new)));
            }
            SampleBatch batch = decode(fields.toArray(byte[][]::new)).batch();
            assertThat(batch.seriesCount()).isEqualTo(labels.size());
            for (int i = 0; i < labels.size(); i++) {
                assertThat(batch.labels(i)).isEqualTo(labels.get(i));
            }
            for (int i = 0; i < times.size(); i++) {
                assertThat(batch.timestamps()[i]).isEqualTo(times.get(i));
            }
        }
    }

    @Test
    void scatteredAndUnsortedLabelsAreTheSameSeries() throws Exception {
        SampleBatch batch = decode(
                        message(1, sample(1, 1), label("zone", "z"), label("__name__", "a")),
                        message(
                                1,
                                label("zone", "z"),
                                sample(1, 1),
                                label("__name__", "a"),
                                sample(2, 2),
                                label("b", "c")),
                        message(1, label("__name__", "a"), sample(3, 3)))
                .batch();
        assertThat(batch.labels(0)).isEqualTo(Labels.of("__name__", "a", "zone", "z"));
        assertThat(batch.labels(1)).isEqualTo(Labels.of("__name__", "a", "zone", "z", "b", "c"));
        assertThat(batch.labels(2)).isEqualTo(Labels.of("__name__", "a"));
        assertThat(batch.sampleFrom()).startsWith(0, 1, 3, 4);
    }

    @Test
    void emptyValuesAreNoLabelAndUnknownFieldsArePassedOver() throws Exception {
        SampleBatch batch = decode(
                        message(9, new byte[3]),
                        join(varint(8 << 3), varint(77)),
                        message(1, label("__name__", "a"), label("empty", ""), sample(1, 1), text(12, "later")))
                .batch();
        assertThat(batch.labels(0)).isEqualTo(Labels.of("__name__", "a"));
    }

    @Test
    void exemplarsAreCountedAndMetadataIsKept() throws Exception {
        RemoteWriteRequest request = decode(
                series(Labels.of("__name__", "h"), message(3, new byte[2])),
                series(Labels.of("__name__", "a"), sample(1, 1), message(3)),
                message(3, join(varint(8), varint(1)), text(2, "a"), text(4, "Helps."), text(5, "bytes")));
        assertThat(request.histograms()).isZero();
        assertThat(request.exemplars().count()).isEqualTo(2);
        assertThat(request.metadata()).isEqualTo(1);
        assertThat(request.batch().seriesCount()).isEqualTo(1);
        assertThat(metadata.get("a")).containsExactly(new MetricMetadata(MetricType.COUNTER, "Helps.", "bytes"));
    }

    @Test
    void badLabelsAreNamed() throws Exception {
        assertBadLabels("metric name", label("a", "b"));
        assertBadLabels("given twice", label("__name__", "a"), label("x", "1"), label("b", "c"), label("x", "2"));
        assertBadLabels("has no name", label("__name__", "a"), label("", "c"));
        assertBadLabels(
                "a label value is not valid UTF-8",
                label("__name__", "a"),
                message(1, text(1, "b"), message(2, new byte[] {(byte) 0xc3})));
        assertBadLabels("more than 64", label("__name__", "a"), label("n".repeat(65), "b"));
        assertBadLabels("more than 128", label("__name__", "a"), label("b", "v".repeat(129)));
        byte[][] many = new byte[9][];
        for (int i = 0; i < many.length; i++) {
            many[i] = label("l" + i, "v");
        }
        assertBadLabels("more than 8 labels", many);
    }

    private void assertBadLabels(String message, byte[]... labels) throws MalformedBodyException {
        SampleBatch batch = decode(message(1, join(labels), sample(1, 1))).batch();
        assertThatThrownBy(() -> batch.labels(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aMalformedBodySaysWhatAndWhere() {
        assertThatThrownBy(() -> decode(new byte[] {10, 100, 1}))
                .isInstanceOf(MalformedBodyException.class)
                .hasMessage("a series is longer than what holds it at byte 1");
        assertThatThrownBy(() -> decode(new byte[] {10, 2, 18, 9}))
                .hasMessage("a sample is longer than what holds it at byte 3");
        assertThatThrownBy(() -> decode(new byte[] {11})).hasMessage("wire type 3 is not known at byte 1");
        assertThatThrownBy(() -> decoder.decode(new byte[0])).hasMessageContaining("empty");
        assertThatThrownBy(() -> decoder.decode(new byte[] {5, 1, 2})).hasMessageContaining("not a snappy block");
    }

    @Test
    void limitsAreCheckedBeforeMemoryIsTaken() {
        assertThatThrownBy(() -> decoder.decode(varint(1L << 30)))
                .isInstanceOfSatisfying(
                        MalformedBodyException.class,
                        e -> assertThat(e.isTooLarge()).isTrue());
        assertThatThrownBy(() -> decoder.decode(join(varint(3 << 20), new byte[5])))
                .hasMessageContaining("cannot hold");
        assertThatThrownBy(() -> decoder.decode(new byte[(1 << 20) + 1])).hasMessageContaining("larger than");
        byte[][] series = new byte[10_001][];
        java.util.Arrays.fill(series, series(Labels.of("__name__", "a"), sample(1, 1)));
        assertThatThrownBy(() -> decode(series)).hasMessageContaining("more than 10000 series");
        byte[][] samples = new byte[20_001][];
        java.util.Arrays.fill(samples, sample(1, 1));
        assertThatThrownBy(() -> decode(series(Labels.of("__name__", "a"), samples)))
                .hasMessageContaining("more than 20000 samples");
    }

    @Test
    void truncatedOrRandomBodiesAreOnlyEverMalformed() {
        byte[] good = join(
                series(
                        Labels.of("__name__", "a", "x", "y"),
                        sample(1_700_000_000_000L, 1),
                        message(4, varint(8), varint(0))),
                series(Labels.of("__name__", "b"), sample(300, 1)),
                message(3, text(2, "a"), text(4, "h")));
        int readable = 0;
        for (int length = 0; length < good.length; length++) {
            readable += survives(java.util.Arrays.copyOf(good, length));
        }
        assertThat(readable).as("only ends of fields are readable").isLessThan(4);
        Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = good.clone();
            for (int changes = random.nextInt(4) + 1; changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            survives(bytes);
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            survives(noise);
            try {
                decoder.decode(noise);
            } catch (MalformedBodyException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    private int survives(byte[] message) {
        try {
            SampleBatch batch = decode(message).batch();
            for (int i = 0; i < batch.seriesCount(); i++) {
                try {
                    batch.labels(i);
                } catch (IllegalArgumentException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
            return 1;
        } catch (MalformedBodyException e) {
            return 0;
        }
    }
}
