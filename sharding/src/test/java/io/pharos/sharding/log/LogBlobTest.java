package io.pharos.sharding.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.sharding.format.Golden;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogBlobTest {
    private static LogSection section(
            int shard, long epoch, int[] refs, long[] times, double[] values, LogSection.Definition... named) {
        return new LogSection(shard, epoch, refs.length, refs, times, values, named, outcome -> {});
    }

    private static List<LogSection> fixed() {
        byte[] labels = Labels.of("__name__", "up", "job", "node").canonicalBytes();
        return List.of(
                section(7, 3, new int[] {5, 0}, new long[] {1000, 1000}, new double[] {1.5, Double.NaN}),
                section(
                        2,
                        1,
                        new int[] {0, 0},
                        new long[] {1_700_000_000_000L, 1_700_000_010_000L},
                        new double[] {1, 2},
                        new LogSection.Definition(0, new SeriesId(-1, 2), labels),
                        new LogSection.Definition(9, new SeriesId(3, 4), null)),
                section(7, 3, new int[] {6}, new long[] {990}, new double[] {-0.0}));
    }

    @Test
    void theStoredFormNeverChanges() {
        ByteBuffer row = Golden.check("log-row.hex", LogBlob.encode(fixed(), 0));
        List<LogBlob.Part> parts = LogBlob.decode(row, shard -> true);
        assertThat(parts).hasSize(2);
        assertThat(parts.get(0).shard()).isEqualTo(2);
        assertThat(parts.get(0).newSeries()).hasSize(2);
        assertThat(parts.get(0).newSeries().get(0).labels())
                .isEqualTo(Labels.of("__name__", "up", "job", "node").canonicalBytes());
        assertThat(parts.get(0).newSeries().get(1).labels()).isNull();
        assertThat(parts.get(1).refs()).containsExactly(5, 0, 6);
        assertThat(parts.get(1).timestamps()).containsExactly(1000, 1000, 990);
        assertThat(Double.doubleToRawLongBits(parts.get(1).values()[2])).isEqualTo(Double.doubleToRawLongBits(-0.0));
    }

    private static List<LogSection> withHistograms() {
        List<LogSection> sections = new ArrayList<>(fixed());
        EncodedHistogram[] histograms = {
            null,
            EncodedHistogram.of(Histogram.custom(new double[] {1, 2.5}, 4, 5, HistogramBuckets.from(1, 3, 1))),
            EncodedHistogram.of(Histogram.exponential(
                    1, 0.001, 2, 5.5, Double.NaN, HistogramBuckets.NONE, HistogramBuckets.from(4, 3.5)))
        };
        double[] values = {7, histograms[1].mark(), histograms[2].mark()};
        sections.add(new LogSection(
                7,
                3,
                3,
                new int[] {6, 9, 5},
                new long[] {1010, 1010, 1020},
                values,
                histograms,
                new LogSection.Definition[0],
                outcome -> {}));
        return sections;
    }

    @Test
    void aRowWithHistogramsHasAFormatOfItsOwnThatNeverChanges() {
        ByteBuffer row = Golden.check("log-row-histograms.hex", LogBlob.encode(withHistograms(), 0));
        assertThat(row.get(0)).isEqualTo((byte) LogBlob.FORMAT_HISTOGRAMS);
        List<LogBlob.Part> parts = LogBlob.decode(row, shard -> true);
        assertThat(parts.get(0).histograms()).isNull();
        assertThat(parts.get(1).refs()).containsExactly(5, 0, 6, 6, 9, 5);
        @Nullable
        EncodedHistogram[] histograms =
                Objects.requireNonNull(withHistograms().get(3).histograms());
        assertThat(parts.get(1).histograms()).containsExactly(null, null, null, null, histograms[1], histograms[2]);
        assertThat(LogBlob.encode(fixed(), 0).get(0)).isEqualTo((byte) LogBlob.FORMAT);
    }

    @Test
    void onlyWantedShardsAreRead() {
        List<LogBlob.Part> parts = LogBlob.decode(LogBlob.encode(fixed(), 1), shard -> shard == 7);
        assertThat(parts).hasSize(1);
        assertThat(parts.get(0).count()).isEqualTo(3);
        assertThat(LogBlob.decode(LogBlob.encode(fixed(), 1), shard -> false)).isEmpty();
    }

    @Test
    void randomSectionsComeBackBitForBit() {
        Random random = new Random(5);
        for (int round = 0; round < 100; round++) {
            List<LogSection> sections = new ArrayList<>();
            for (int s = 0; s < 1 + random.nextInt(20); s++) {
                int n = 1 + random.nextInt(50);
                int[] refs = random.ints(n, 0, 100_000).toArray();
                long[] times = random.longs(n, -10_000, 2_000_000_000_000L).toArray();
                double[] values = new double[n];
                Arrays.setAll(values, i -> Double.longBitsToDouble(random.nextLong()));
                sections.add(section(random.nextInt(4), random.nextInt(2), refs, times, values));
            }
            List<LogBlob.Part> parts = LogBlob.decode(LogBlob.encode(sections, round % 2), shard -> true);
            for (LogBlob.Part part : parts) {
                int at = 0;
                for (LogSection section : sections) {
                    if (section.shard() == part.shard() && section.epoch() == part.epoch()) {
                        for (int i = 0; i < section.count(); i++, at++) {
                            assertThat(part.refs()[at]).isEqualTo(section.refs()[i]);
                            assertThat(part.timestamps()[at]).isEqualTo(section.timestamps()[i]);
                            assertThat(Double.doubleToRawLongBits(part.values()[at]))
                                    .isEqualTo(Double.doubleToRawLongBits(section.values()[i]));
                        }
                    }
                }
                assertThat(at).isEqualTo(part.count());
            }
        }
    }
}
