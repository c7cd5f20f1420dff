package io.pharos.sharding.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.recovery.HeadsBlob;
import io.pharos.sharding.recovery.RecoveredShard;
import io.pharos.timeseries.chunk.HistogramChunk;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.StoredChunk;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.RandomHistograms;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.CheckpointId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A series that changes between numbers and histograms at any sample, in and out of order, loses none of either. */
class MixedSeriesTest {
    private static final long START = 86_400_000L * 20_000 - 300_000;

    private final RecoveredShard.Unflushed sealed = new RecoveredShard.Unflushed(1);
    private final SeriesMemory memory = new SeriesMemory(new SealSettings(12, Duration.ofHours(2), 4), sealed);

    @Test
    void everySampleComesBackAsWhatItWas() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            RandomHistograms histograms = new RandomHistograms(random, true);
            TreeMap<Long, Object> expected = new TreeMap<>();
            sealed.waiting().clear();
            SeriesSlot slot = new SeriesSlot(1, new SeriesId(1, 2), 3, SeriesView.NEW);
            long last = START;
            for (int i = 0; i < 150; i++) {
                boolean late = random.nextInt(6) == 0 && i > 0;
                long time = late ? last - random.nextInt(100_000) : (last += 1 + random.nextInt(20_000));
                if (expected.containsKey(time)) {
                    continue;
                }
                if (random.nextInt(3) == 0) {
                    double value = random.nextGaussian();
                    expected.put(time, value);
                    if (late) {
                        memory.late(slot, time, value);
                    } else {
                        memory.append(slot, time, value);
                    }
                } else {
                    Histogram histogram = histograms.next();
                    expected.put(time, histogram.withHint(CounterResetHint.UNKNOWN));
                    if (late) {
                        memory.late(slot, time, histogram);
                    } else {
                        memory.append(slot, time, histogram);
                    }
                }
                switch (random.nextInt(40)) {
                    case 0 -> memory.seal(slot);
                    case 1 -> slot = restored(slot, last);
                    case 2 -> {
                        sealed.waiting().forEach(waiting -> waiting.chunk().becomeDurable());
                        memory.evict(slot, last - random.nextInt(200_000));
                    }
                    default -> {}
                }
            }
            assertSame("seed " + seed, slot, expected);
            memory.seal(slot);
            assertThat(slot.view().allSealed()).isTrue();
            assertSame("sealed, seed " + seed, slot, expected);
        }
    }

    /** Recovery asks what is there before it adds a late sample; so what was there first must stay without being asked, too. */
    @Test
    void ofTwoKindsAtOneTimeTheFirstStays() {
        SeriesSlot slot = new SeriesSlot(1, new SeriesId(1, 2), 3, SeriesView.NEW);
        TreeMap<Long, Object> expected = new TreeMap<>();
        memory.append(slot, START, Histogram.EMPTY);
        expected.put(START, Histogram.EMPTY);
        memory.append(slot, START + 10, 1);
        expected.put(START + 10, 1.0);
        memory.append(slot, START + 20, Histogram.EMPTY);
        expected.put(START + 20, Histogram.EMPTY);
        memory.late(slot, START, 2);
        memory.late(slot, START + 10, Histogram.EMPTY);
        memory.late(slot, START + 5, 3);
        expected.put(START + 5, 3.0);
        memory.late(slot, START + 5, Histogram.EMPTY);
        memory.late(slot, START + 6, Histogram.EMPTY);
        expected.put(START + 6, Histogram.EMPTY);
        memory.late(slot, START + 6, 4);
        assertSame("open", slot, expected);
        memory.seal(slot);
        assertSame("sealed", slot, expected);
    }

    @Test
    void anOpenChunkOfHistogramsIsSealedBeforeItHoldsMoreThanAChunkMay() {
        SeriesMemory patient = new SeriesMemory(new SealSettings(Integer.MAX_VALUE, Duration.ofHours(2), 4), sealed);
        SeriesSlot slot = new SeriesSlot(1, new SeriesId(1, 2), 3, SeriesView.NEW);
        int count = HistogramChunk.SAMPLES_MAX + 2;
        for (int i = 0; i < count; i++) {
            patient.append(slot, START + i, Histogram.EMPTY);
        }
        int inChunk = HistogramChunk.parse(slot.view().sealed()[0].bytes()).count();
        assertThat(slot.view().sealed()).hasSize(1);
        SeriesSlot restored = restored(slot, START + count - 1);
        OpenHistograms open = Objects.requireNonNull(restored.view().histograms());
        assertThat(Objects.requireNonNull(open.head()).count()).isEqualTo(count - inChunk);
    }

    /** What the store has and what memory has, as queries merge them: chunks that are in both count once. */
    private void assertSame(String as, SeriesSlot slot, Map<Long, Object> expected) {
        List<SampleIterator> sources = new ArrayList<>();
        sealed.waiting()
                .forEach(waiting ->
                        sources.add(StoredChunk.samples(waiting.chunk().bytes())));
        slot.view().collect(Long.MIN_VALUE, Long.MAX_VALUE, sources);
        SampleIterator found = SeriesView.merged(sources);
        Histogram before = null;
        for (Map.Entry<Long, Object> sample : expected.entrySet()) {
            assertThat(found.next()).as(as).isTrue();
            assertThat(found.timestampMillis()).as(as).isEqualTo(sample.getKey());
            Histogram histogram = found.histogram();
            if (histogram == null) {
                assertThat(found.value()).as(as).isEqualTo(sample.getValue());
                continue;
            }
            assertThat(histogram.withHint(CounterResetHint.UNKNOWN)).as(as).isEqualTo(sample.getValue());
            if (histogram.hint() == CounterResetHint.NOT_RESET && before != null) {
                assertThat(histogram.withHint(CounterResetHint.UNKNOWN).isResetAfter(before))
                        .as(as)
                        .isFalse();
            }
            before = histogram.withHint(CounterResetHint.UNKNOWN);
        }
        assertThat(found.next()).as(as).isFalse();
    }

    private static SeriesSlot restored(SeriesSlot slot, long last) {
        ByteWriter out = new ByteWriter(0);
        HeadsBlob.write(slot, last, 0, out);
        SeriesSlot restored = new SeriesSlot(1, new SeriesId(1, 2), 3, SeriesView.COLD);
        boolean histograms = HeadsBlob.hasHistograms(slot);
        HeadsBlob.read(HeadsBlob.frame(5, new CheckpointId(9, 2), 0, out, histograms), 5, entry -> {
            HotChunk[] chunks = new HotChunk[entry.chunks().length];
            for (int i = 0; i < chunks.length; i++) {
                chunks[i] = new HotChunk(entry.chunks()[i], entry.chunkStarts()[i], entry.chunkEnds()[i], 1, i);
            }
            SeriesMemory.restore(
                    restored,
                    chunks,
                    entry.head(),
                    entry.lateTimes(),
                    entry.lateValues(),
                    entry.histograms(),
                    entry.lastTimeMillis());
        });
        return restored;
    }
}
