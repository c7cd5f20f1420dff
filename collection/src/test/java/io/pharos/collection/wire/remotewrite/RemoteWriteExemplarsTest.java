package io.pharos.collection.wire.remotewrite;

import static io.pharos.collection.wire.remotewrite.WriteRequests.join;
import static io.pharos.collection.wire.remotewrite.WriteRequests.label;
import static io.pharos.collection.wire.remotewrite.WriteRequests.message;
import static io.pharos.collection.wire.remotewrite.WriteRequests.sample;
import static io.pharos.collection.wire.remotewrite.WriteRequests.series;
import static io.pharos.collection.wire.remotewrite.WriteRequests.varint;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.collection.metadata.MetadataCache;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemoteWriteExemplarsTest {
    private static final Labels BUCKET = Labels.of("__name__", "x_bucket", "le", "1.0");

    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(WriteRequests.LIMITS, new MetadataCache(10));

    private static byte[] exemplar(long timestamp, double value, byte[]... labels) {
        byte[] number = ByteBuffer.allocate(9)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) (2 << 3 | 1))
                .putDouble(value)
                .array();
        byte[] time = timestamp == 0 ? new byte[0] : join(varint(3 << 3), varint(timestamp));
        return message(3, join(labels), number, time);
    }

    private RemoteWriteRequest decode(byte[]... parts) throws Exception {
        return decoder.decode(WriteRequests.snappy(join(parts)));
    }

    @Test
    void aSeriesMayHaveExemplarsWithAndWithoutSamples() throws Exception {
        RemoteWriteRequest request = decode(
                series(BUCKET, exemplar(5_000, 0.5, label("trace_id", "ab")), sample(6_000, 1)),
                series(Labels.of("__name__", "y"), exemplar(7_000, -2), exemplar(8_000, 3)));
        assertThat(request.batch().seriesCount()).isEqualTo(1);
        assertThat(request.exemplars())
                .isEqualTo(new ExemplarBatch(
                        List.of(
                                new SeriesExemplars(
                                        BUCKET, List.of(new Exemplar(Labels.of("trace_id", "ab"), 0.5, 5_000, true))),
                                new SeriesExemplars(
                                        Labels.of("__name__", "y"),
                                        List.of(
                                                new Exemplar(Labels.EMPTY, -2, 7_000, true),
                                                new Exemplar(Labels.EMPTY, 3, 8_000, true)))),
                        Map.of()));
    }

    @Test
    void theTimeOfTheSampleStandsInForNone() throws Exception {
        ExemplarBatch batch =
                decode(series(BUCKET, exemplar(0, 0.5), sample(6_000, 1))).exemplars();
        assertThat(batch.series().get(0).exemplars()).containsExactly(new Exemplar(Labels.EMPTY, 0.5, 6_000, false));
        assertThat(decode(series(BUCKET, exemplar(0, 0.5))).exemplars().refused())
                .isEqualTo(Map.of(ExemplarRefusal.INVALID, 1));
    }

    @Test
    void aBadExemplarCostsNoSample() throws Exception {
        String name = "\u00fc".repeat(60);
        RemoteWriteRequest request = decode(
                series(BUCKET, sample(6_000, 1), exemplar(1, 1, label(name, "\u00fc".repeat(68)))),
                series(BUCKET, sample(7_000, 1), exemplar(1, 1, label(name, "\u00fc".repeat(69)))),
                series(BUCKET, sample(8_000, 1), exemplar(1, 1, label("a", "b".repeat(100_000)))),
                series(BUCKET, sample(9_000, 1), message(3, new byte[] {(byte) 0xff})),
                series(BUCKET, sample(10_000, 1), exemplar(1, 1, label("a", "b"), label("a", "c"))),
                series(BUCKET, sample(11_000, 1), exemplar(1, 1, label("", "b"))),
                series(Labels.of("no", "name"), exemplar(1, 1)));
        assertThat(request.batch().sampleCount()).isEqualTo(6);
        assertThat(request.exemplars().series()).hasSize(1);
        assertThat(request.exemplars().refused())
                .isEqualTo(Map.of(ExemplarRefusal.LABELS_TOO_LONG, 2, ExemplarRefusal.INVALID, 4));
    }

    @Test
    void aRequestHoldsSoManyAndNoneIsNothing() throws Exception {
        byte[][] many = new byte[60][];
        Arrays.setAll(many, i -> series(BUCKET, exemplar(i + 1, i), sample(i + 1, i)));
        RemoteWriteRequest request = decode(many);
        assertThat(request.batch().sampleCount()).isEqualTo(60);
        assertThat(request.exemplars().refused()).isEqualTo(Map.of(ExemplarRefusal.REQUEST_LIMIT, 10));
        assertThat(request.exemplars().count()).isEqualTo(60);
        assertThat(decode(series(BUCKET, sample(1, 1))).exemplars()).isSameAs(ExemplarBatch.EMPTY);
    }
}
