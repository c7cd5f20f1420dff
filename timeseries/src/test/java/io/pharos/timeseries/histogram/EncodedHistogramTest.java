package io.pharos.timeseries.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.Golden;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncodedHistogramTest {
    private static final List<Histogram> FIXED = List.of(
            Histogram.exponential(
                            3,
                            0x1p-128,
                            2,
                            14,
                            -7.25,
                            HistogramBuckets.from(-2, 1, 0, 4, 300),
                            HistogramBuckets.from(5, 7))
                    .withHint(CounterResetHint.RESET),
            Histogram.exponential(
                    -4,
                    0,
                    0.5,
                    Double.POSITIVE_INFINITY,
                    Double.NaN,
                    HistogramBuckets.from(0, 1.5),
                    HistogramBuckets.NONE),
            Histogram.custom(new double[] {-1, 0.005, 10}, 6, 12.5, HistogramBuckets.from(1, 2, 3, 1))
                    .withHint(CounterResetHint.GAUGE));

    @Test
    void theBytesNeverChange() {
        List<String> written = FIXED.stream()
                .map(each -> HexFormat.of().formatHex(EncodedHistogram.of(each).bytes()))
                .toList();
        String golden = Golden.text("histograms.hex").strip();
        assertThat(String.join("\n", written)).isEqualTo(golden);
        List<Histogram> read = golden.lines()
                .map(line -> EncodedHistogram.of(HexFormat.of().parseHex(line)).histogram())
                .toList();
        assertThat(read).isEqualTo(FIXED);
    }

    @Test
    void anyHistogramComesBackBitForBit() {
        for (int seed = 0; seed < 200; seed++) {
            RandomHistograms histograms = new RandomHistograms(new Random(seed), seed % 2 == 0);
            for (int i = 0; i < 20; i++) {
                Histogram histogram = histograms.next();
                EncodedHistogram encoded = EncodedHistogram.of(histogram);
                EncodedHistogram back = EncodedHistogram.of(encoded.bytes());
                assertThat(back.histogram()).as("seed " + seed).isEqualTo(histogram);
                assertThat(bits(back.mark())).isEqualTo(bits(encoded.mark()));
            }
        }
    }

    @Test
    void theMarkIsOfTheContentAndNotOfTheHint() {
        Histogram histogram = FIXED.get(0);
        long mark = bits(EncodedHistogram.of(histogram).mark());
        assertThat(EncodedHistogram.isMark(mark)).isTrue();
        assertThat(bits(EncodedHistogram.of(histogram.withHint(CounterResetHint.NOT_RESET))
                        .mark()))
                .isEqualTo(mark);
        assertThat(bits(EncodedHistogram.of(histogram.times(2)).mark())).isNotEqualTo(mark);
        assertThat(EncodedHistogram.isMark(bits(Double.NaN))).isFalse();
        assertThat(EncodedHistogram.isMark(0x7ff0000000000002L)).isFalse();
    }

    @Test
    void damagedBytesAreToldOrAnotherHistogram() {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = EncodedHistogram.of(FIXED.get(seed % 3)).bytes().clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            try {
                assertThat(EncodedHistogram.of(damaged).bytes()).isSameAs(damaged);
            } catch (IllegalArgumentException told) {
                assertThat(told.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void aHistogramTooLargeToStoreIsRefused() {
        double[] counts = new double[4000];
        Arrays.setAll(counts, i -> i + 0.5);
        Histogram large = Histogram.exponential(8, 0, 0, 1, 1, HistogramBuckets.from(0, counts), HistogramBuckets.NONE);
        assertThatThrownBy(() -> EncodedHistogram.of(large))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4000 buckets")
                .hasMessageContaining("at most 32768");
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }
}
