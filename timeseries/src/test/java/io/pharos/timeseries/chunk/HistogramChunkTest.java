package io.pharos.timeseries.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.Golden;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.histogram.RandomHistograms;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramChunkTest {
    private record Stamped(long time, Histogram histogram) {}

    private static List<Stamped> random(int seed) {
        Random random = new Random(seed);
        RandomHistograms histograms = new RandomHistograms(random, seed % 3 != 0);
        List<Stamped> all = new ArrayList<>();
        long time = random.nextInt(5) == 0 ? -3_000_000_000_000L : 1_700_000_000_000L;
        for (int i = 1 + random.nextInt(120); i > 0; i--) {
            all.add(new Stamped(time, histograms.next()));
            time += random.nextInt(8) > 0 ? 15_000 : 1 + (random.nextLong() >>> 24 + random.nextInt(38));
        }
        return all;
    }

    private static HistogramHead head(List<Stamped> all) {
        HistogramHead head = new HistogramHead();
        all.forEach(each -> head.append(each.time, each.histogram));
        return head;
    }

    private static Histogram plain(Histogram histogram) {
        return histogram.withHint(CounterResetHint.UNKNOWN);
    }

    /** Everything but the hints comes back; and a hint says only what comparing says. */
    private static void assertSame(SampleIterator found, List<Stamped> expected, String as) {
        Histogram before = null;
        CounterResetHint hintBefore = CounterResetHint.UNKNOWN;
        for (Stamped each : expected) {
            assertThat(found.next()).as(as).isTrue();
            assertThat(found.timestampMillis()).as(as).isEqualTo(each.time);
            Histogram histogram = Objects.requireNonNull(found.histogram());
            assertThat(plain(histogram)).as(as).isEqualTo(plain(each.histogram));
            CounterResetHint sent = each.histogram.hint();
            if (sent == CounterResetHint.GAUGE || sent == CounterResetHint.RESET) {
                assertThat(histogram.hint()).as(as).isEqualTo(sent);
            } else {
                boolean goesOn = before != null
                        && hintBefore != CounterResetHint.GAUGE
                        && !plain(each.histogram).isResetAfter(plain(before));
                assertThat(histogram.hint())
                        .as(as)
                        .isEqualTo(goesOn ? CounterResetHint.NOT_RESET : CounterResetHint.UNKNOWN);
            }
            before = histogram;
            hintBefore = histogram.hint();
        }
        assertThat(found.next()).as(as).isFalse();
    }

    @Test
    void anyHistogramsComeBackFromHeadAndStoredForm() {
        for (int seed = 0; seed < 150; seed++) {
            List<Stamped> all = random(seed);
            HistogramHead head = head(all);
            String as = "seed " + seed;
            assertSame(head.iterator(), all, as);
            HistogramChunk chunk = HistogramChunk.parse(head.toBytes());
            assertThat(chunk.count()).isEqualTo(all.size());
            assertThat(chunk.firstTimestampMillis()).isEqualTo(all.get(0).time);
            assertThat(chunk.lastTimestampMillis()).isEqualTo(all.get(all.size() - 1).time);
            assertSame(chunk.iterator(), all, as);
            assertSame(StoredChunk.samples(head.toBytes()), all, as);
            byte[] kept = head.toBytes();
            kept[1] ^= 1; // a checksum that is not looked at
            assertSame(StoredChunk.kept(kept, Long.MIN_VALUE, Long.MAX_VALUE), all, as);
        }
    }

    @Test
    void aStoredHeadGoesOnAsIfItHadNeverBeenStored() {
        for (int seed = 0; seed < 60; seed++) {
            List<Stamped> all = random(seed);
            int cut = 1 + all.size() / 2;
            HistogramHead restored = HistogramHead.of(HistogramChunk.parse(
                    head(all.subList(0, Math.min(cut, all.size()))).toBytes()));
            for (int i = cut; i < all.size(); i++) {
                restored.append(all.get(i).time, all.get(i).histogram);
            }
            assertThat(restored.toBytes())
                    .as("seed " + seed)
                    .isEqualTo(head(all).toBytes());
        }
    }

    @Test
    void aReaderSeesWhatWasPublishedWhenItBegan() {
        List<Stamped> all = random(3);
        HistogramHead head = new HistogramHead();
        for (int i = 0; i < all.size(); i++) {
            SampleIterator before = head.iterator();
            head.append(all.get(i).time, all.get(i).histogram);
            assertSame(before, all.subList(0, i), "after " + i);
        }
        assertThatThrownBy(() -> head.append(head.lastTimestampMillis(), all.get(0).histogram))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A service's counters of 40 buckets: most do not move between two scrapes. */
    @Test
    void steadyCountersTakeFewBits() {
        Random random = new Random(1);
        RandomHistograms histograms = new RandomHistograms(random, false);
        HistogramHead head = new HistogramHead();
        long plain = 0;
        for (int i = 0; i < 240; i++) {
            Histogram next = histograms.next();
            plain += EncodedHistogram.of(next).bytes().length;
            head.append(1_700_000_000_000L + 15_000L * i, next);
        }
        assertThat(head.sizeBytes() * 3L).isLessThan(plain);
    }

    @Test
    void aDamagedChunkIsAnErrorThatNamesIt() {
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            byte[] bad = Damage.one(random, head(random(seed % 40)).toBytes());
            if (bad.length == 0 || bad[0] == HistogramChunk.FORMAT) {
                assertThatThrownBy(() -> HistogramChunk.parse(bad))
                        .as("seed " + seed)
                        .isInstanceOf(CorruptChunkException.class)
                        .hasMessageContaining("histogram chunk");
            }
        }
    }

    @Test
    void whatAFaultyWriterMadeEndsAndTakesNoMoreThanItsBytes() {
        int told = 0;
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            byte[] bad =
                    Damage.withRightChecksum(random, head(random(seed % 40)).toBytes());
            try {
                SampleIterator found = HistogramChunk.parse(bad).iterator();
                while (found.next()) {
                    assertThat(found.histogram()).isNotNull();
                }
            } catch (CorruptChunkException corrupt) {
                assertThat(corrupt).hasMessageContaining("histogram chunk");
                told++;
            }
        }
        assertThat(told).isGreaterThan(300);
    }

    /** Every part of the format: layouts of both kinds, growing buckets, a reset, hints, doubles, idle times. */
    @Test
    void theStoredFormNeverChanges() {
        HistogramHead head = new HistogramHead();
        long time = 1_790_000_000_000L;
        for (int i = 0; i < 8; i++) {
            head.append(
                    time += 15_000,
                    Histogram.exponential(
                            3,
                            0x1p-128,
                            Math.floorDiv(i, 3),
                            10 * i + 2,
                            0.125 * i,
                            HistogramBuckets.from(-2, 1 + i, 3 * i),
                            HistogramBuckets.NONE));
        }
        for (int i = 0; i < 4; i++) {
            head.append(
                    time += 15_001,
                    Histogram.exponential(
                            3,
                            0x1p-128,
                            1,
                            200 + i,
                            7,
                            HistogramBuckets.from(-2, 9, 90, i),
                            HistogramBuckets.from(4, i * i)));
        }
        head.append(
                time += 14_999,
                Histogram.exponential(3, 0x1p-128, 0, 1, 0.5, HistogramBuckets.from(0, 1), HistogramBuckets.NONE));
        for (int i = 0; i < 3; i++) {
            head.append(
                    time += 15_000,
                    Histogram.exponential(
                                    0,
                                    0,
                                    0,
                                    1.5 + i,
                                    Double.NaN,
                                    HistogramBuckets.from(7, 1.5, i),
                                    HistogramBuckets.NONE)
                            .withHint(CounterResetHint.GAUGE));
        }
        for (int i = 0; i < 4; i++) {
            Histogram custom =
                    Histogram.custom(new double[] {0.5, 1, 2.5}, 7 + i, 3, HistogramBuckets.from(0, 3, 4, 0, i));
            head.append(time += 3_600_000, i == 2 ? custom.withHint(CounterResetHint.RESET) : custom);
        }
        head.append(time + 1, Histogram.EMPTY);
        String hex = HexFormat.of().formatHex(head.toBytes()).replaceAll("(.{64})", "$1\n");
        assertThat(hex.strip()).isEqualTo(Golden.text("histogram-chunk.hex").strip());
        assertThat(HistogramHead.of(HistogramChunk.parse(Golden.bytes("histogram-chunk.hex")))
                        .toBytes())
                .isEqualTo(head.toBytes());
    }
}
