package io.pharos.collection.wire.remotewrite;

import static io.pharos.collection.wire.remotewrite.HistogramMessages.doubles;
import static io.pharos.collection.wire.remotewrite.HistogramMessages.fixed;
import static io.pharos.collection.wire.remotewrite.HistogramMessages.histogram;
import static io.pharos.collection.wire.remotewrite.HistogramMessages.number;
import static io.pharos.collection.wire.remotewrite.HistogramMessages.span;
import static io.pharos.collection.wire.remotewrite.HistogramMessages.zigzag;
import static io.pharos.collection.wire.remotewrite.WriteRequests.join;
import static io.pharos.collection.wire.remotewrite.WriteRequests.label;
import static io.pharos.collection.wire.remotewrite.WriteRequests.message;
import static io.pharos.collection.wire.remotewrite.WriteRequests.sample;
import static io.pharos.collection.wire.remotewrite.WriteRequests.series;
import static io.pharos.collection.wire.remotewrite.WriteRequests.snappy;
import static io.pharos.collection.wire.remotewrite.WriteRequests.varint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.histogram.RandomHistograms;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistogramDecodingTest {
    private static final Labels LABELS = Labels.of("__name__", "h", "job", "x");

    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(WriteRequests.LIMITS, new MetadataCache(10));

    private RemoteWriteRequest decode(byte[]... fields) throws MalformedBodyException {
        return decoder.decode(snappy(join(fields)));
    }

    private static @Nullable Histogram at(SampleBatch batch, int sample) {
        EncodedHistogram one = batch.histograms() == null ? null : batch.histograms()[sample];
        return one == null ? null : one.histogram();
    }

    @Test
    void anyHistogramIsReadAmongNumbers() throws Exception {
        int read = 0;
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            RandomHistograms source = new RandomHistograms(random, seed % 2 == 0);
            List<byte[]> fields = new ArrayList<>();
            List<Object> expected = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(12); i++) {
                if (random.nextInt(4) == 0) {
                    fields.add(sample(i, i * 1.5));
                    expected.add(i * 1.5);
                    continue;
                }
                Histogram histogram = source.next();
                double[] counts = counts(histogram);
                double inBuckets = Arrays.stream(counts).skip(1).sum();
                boolean integers =
                        inBuckets == counts[0] && Arrays.stream(counts).allMatch(n -> n == Math.rint(n));
                boolean floats = !integers || random.nextBoolean();
                if (Arrays.stream(counts).anyMatch(each -> each < 0) || StaleMarker.is(histogram.sum())) {
                    continue;
                }
                fields.add(histogram(i, histogram, floats, random.nextBoolean()));
                expected.add(histogram);
                read++;
            }
            RemoteWriteRequest request = decode(series(LABELS, fields.toArray(byte[][]::new)));
            assertThat(request.invalid()).as("seed " + seed).isEmpty();
            assertThat(request.batch().sampleCount()).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                Histogram found = at(request.batch(), i);
                if (found == null) {
                    assertThat(request.batch().values()[i]).as("seed " + seed).isEqualTo(expected.get(i));
                } else {
                    assertThat(found).as("seed " + seed).isEqualTo(expected.get(i));
                    assertThat(Double.doubleToRawLongBits(request.batch().values()[i]))
                            .isEqualTo(Double.doubleToRawLongBits(
                                    EncodedHistogram.of(found).mark()));
                }
            }
        }
        assertThat(read).isGreaterThan(500);
    }

    private static double[] counts(Histogram histogram) {
        double[] counts = new double
                [2 + histogram.positive().size() + histogram.negative().size()];
        counts[0] = histogram.count();
        counts[1] = histogram.zeroCount();
        for (int i = 0; i < histogram.positive().size(); i++) {
            counts[2 + i] = histogram.positive().count(i);
        }
        for (int i = 0; i < histogram.negative().size(); i++) {
            counts[2 + histogram.positive().size() + i] = histogram.negative().count(i);
        }
        return counts;
    }

    @Test
    void aStaleMarkerEndsASeriesOfHistogramsToo() throws Exception {
        SampleBatch batch = decode(series(
                        LABELS,
                        histogram(5, Histogram.EMPTY, false, true),
                        message(4, fixed(3, StaleMarker.VALUE), number(15, 7))))
                .batch();
        assertThat(StaleMarker.is(batch.values()[1])).isTrue();
        assertThat(batch.timestamps()[1]).isEqualTo(7);
        assertThat(at(batch, 0)).isEqualTo(Histogram.EMPTY);
        assertThat(at(batch, 1)).isNull();
    }

    @Test
    void aHintNotResetIsForgottenAndAFinerSchemaReduced() throws Exception {
        Histogram counter = Histogram.exponential(2, 0, 0, 1, 1, HistogramBuckets.from(3, 1), HistogramBuckets.NONE);
        byte[] fine = message(
                4,
                number(1, 6),
                fixed(3, 1),
                number(4, zigzag(9)),
                span(11, 1, 4),
                message(12, varint(zigzag(1)), varint(zigzag(1)), varint(zigzag(-1)), varint(zigzag(1))));
        SampleBatch batch = decode(
                        series(LABELS, histogram(1, counter.withHint(CounterResetHint.NOT_RESET), false, true), fine))
                .batch();
        assertThat(Objects.requireNonNull(at(batch, 0)).hint()).isEqualTo(CounterResetHint.UNKNOWN);
        // Buckets 1 to 4 of schema 9 are 1 and 2 of schema 8.
        assertThat(at(batch, 1))
                .isEqualTo(Histogram.exponential(8, 0, 0, 6, 1, HistogramBuckets.from(1, 3, 3), HistogramBuckets.NONE));
    }

    @Test
    void anInvalidHistogramIsRefusedAloneWithWhatAndWhere() throws Exception {
        Map<String, byte[]> faults = Map.ofEntries(
                Map.entry("schema -5 is not known", message(4, number(4, zigzag(-5)))),
                Map.entry("schema 53 is not known", message(4, number(4, zigzag(53)))),
                Map.entry(
                        "the spans hold 3 positive buckets and 1 have a count",
                        message(4, span(11, 0, 3), message(12, varint(2)))),
                Map.entry(
                        "span 2 of the negative buckets has the offset -1",
                        message(4, span(8, 0, 1), span(8, -1, 1), message(9, varint(0), varint(0)))),
                Map.entry(
                        "positive bucket 2 has a negative count of -1.0",
                        message(4, span(11, 0, 2), message(12, varint(2), varint(3)))),
                Map.entry(
                        "its buckets hold 1 observations and its count says 5",
                        message(4, number(1, 5), span(11, 0, 1), message(12, varint(2)))),
                Map.entry("more than 160 positive buckets", message(4, span(11, 0, 161))),
                Map.entry("more than 160 negative buckets", message(4, span(8, 0, 1L << 40))),
                Map.entry("a zero bucket up to NaN", message(4, fixed(5, Double.NaN))),
                Map.entry("a negative count of -1.0", message(4, fixed(2, -1))),
                Map.entry(
                        "custom value 2 is 1.0",
                        message(4, number(4, zigzag(-53)), doubles(16, new double[] {2, 1}, true))),
                Map.entry(
                        "a bucket outside the 1 custom values",
                        message(
                                4,
                                number(4, zigzag(-53)),
                                fixed(2, 1),
                                doubles(16, new double[] {2}, true),
                                span(11, 5, 1),
                                doubles(13, new double[] {1}, true))),
                Map.entry("custom buckets with a zero bucket", message(4, number(4, zigzag(-53)), fixed(5, 1))),
                Map.entry(
                        "custom values in a histogram of schema 0", message(4, doubles(16, new double[] {1}, false))));
        for (Map.Entry<String, byte[]> fault : faults.entrySet()) {
            RemoteWriteRequest request = decode(
                    message(1, fault.getValue(), sample(2, 2), label("__name__", "h")),
                    series(LABELS, histogram(3, Histogram.EMPTY, true, true), sample(4, 4)));
            assertThat(request.batch().sampleCount()).as(fault.getKey()).isEqualTo(3);
            assertThat(request.invalidCount()).isEqualTo(1);
            assertThat(request.invalid().get(0).series()).isEqualTo("h");
            assertThat(request.invalid().get(0).detail()).contains(fault.getKey());
            AppendResult.Decided result = (AppendResult.Decided) request.resultOf(AppendResult.Decided.allOf(3));
            assertThat(result.accepted()).isEqualTo(3);
            assertThat(result.refusedByReason()).containsExactly(Map.entry(RefusalReason.INVALID_HISTOGRAM, 1));
        }
    }

    @Test
    void tenInvalidHistogramsAreNamedAndAllAreCounted() throws Exception {
        byte[][] bad = new byte[25][];
        Arrays.fill(bad, message(4, number(4, zigzag(99))));
        RemoteWriteRequest request = decode(series(LABELS, bad));
        assertThat(request.batch().seriesCount()).isZero();
        assertThat(request.invalid()).hasSize(10);
        assertThat(request.invalidCount()).isEqualTo(25);
        AppendResult.Unavailable later = new AppendResult.Unavailable("no", java.time.Duration.ZERO);
        assertThat(request.resultOf(later)).isSameAs(later);
    }

    @Test
    void invalidHistogramsCountTowardsTheSamplesOfARequest() throws Exception {
        byte[][] bad = new byte[WriteRequests.LIMITS.samplesMax() + 1][];
        Arrays.fill(bad, message(4, number(4, zigzag(99))));
        assertThatThrownBy(() -> decode(series(LABELS, bad)))
                .isInstanceOfSatisfying(
                        MalformedBodyException.class,
                        large -> assertThat(large.isTooLarge()).isTrue())
                .hasMessageContaining("more than 20000 samples");
        assertThat(decode(series(LABELS, Arrays.copyOf(bad, bad.length - 1))).invalidCount())
                .isEqualTo(20_000);
        assertThat(new InvalidHistogramException("no").getStackTrace()).isEmpty();
    }

    @Test
    void theHistogramsOfARequestTakeNoMoreMemoryThanAllowed() throws Exception {
        double[] counts = new double[160];
        Arrays.fill(counts, 1);
        Histogram histogram =
                Histogram.exponential(0, 0, 0, 160, 1, HistogramBuckets.from(0, counts), HistogramBuckets.NONE);
        int each = EncodedHistogram.of(histogram).memoryBytes();
        assertThat(each).isGreaterThan(12 * 160);
        int most = (int) WriteRequests.LIMITS.histogramMemoryMax() / each;
        byte[][] sent = new byte[most + 1][];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = histogram(i, histogram, false, true);
        }
        assertThat(decode(series(LABELS, Arrays.copyOf(sent, most))).batch().sampleCount())
                .isEqualTo(most);
        assertThatThrownBy(() -> decode(series(LABELS, sent)))
                .isInstanceOfSatisfying(
                        MalformedBodyException.class,
                        large -> assertThat(large.isTooLarge()).isTrue())
                .hasMessageContaining("pharos.collection.remote-write.histogram-memory-max");
    }

    @Test
    void theFinestSchemasAreReducedToTheTwoBucketsAroundOne() throws Exception {
        for (int schema : new int[] {39, 40, 48, 52}) {
            byte[] fine = message(
                    4,
                    number(1, 5),
                    fixed(3, 1),
                    number(4, zigzag(schema)),
                    span(11, -4, 1),
                    span(11, 1003, 1),
                    message(12, varint(zigzag(2)), varint(zigzag(1))));
            assertThat(at(decode(series(LABELS, fine)).batch(), 0))
                    .as("schema " + schema)
                    .isEqualTo(Histogram.exponential(
                            8, 0, 0, 5, 1, HistogramBuckets.from(0, 2, 3), HistogramBuckets.NONE));
        }
    }

    @Test
    void countsThatAddUpToTooMuchAreRefused() throws Exception {
        long half = 1L << 62;
        RemoteWriteRequest request = decode(series(
                LABELS,
                message(4, span(11, 0, 2), message(12, varint(zigzag(half)), varint(zigzag(0)))),
                message(
                        4,
                        span(11, 0, 1),
                        span(8, 0, 1),
                        message(12, varint(zigzag(half))),
                        message(9, varint(zigzag(half)))),
                message(4, number(6, half), span(11, 0, 1), message(12, varint(zigzag(half))))));
        assertThat(request.invalid())
                .hasSize(3)
                .allSatisfy(one -> assertThat(one.detail()).contains("more than 2^63"));
    }

    @Test
    void aHistogramThatIsNoProtobufIsMalformed() {
        assertThatThrownBy(() -> decode(series(LABELS, message(4, new byte[] {9 << 3 | 2, 5, 1}))))
                .isInstanceOf(MalformedBodyException.class)
                .hasMessageContaining("a list of buckets is longer than what holds it at byte");
    }

    @Test
    void randomBytesAreOnlyEverMalformedOrRefused() {
        Random random = new Random(4);
        byte[] good = series(
                LABELS,
                histogram(5, new RandomHistograms(random, true).next(), true, true),
                histogram(
                        6, Histogram.custom(new double[] {1, 2}, 3, 4, HistogramBuckets.from(0, 1, 2)), false, false));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int changes = random.nextInt(4) + 1; changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                refused += decode(bytes).invalidCount();
            } catch (MalformedBodyException malformed) {
                assertThat(malformed.getMessage()).isNotBlank();
            }
        }
        assertThat(refused).isPositive();
    }
}
