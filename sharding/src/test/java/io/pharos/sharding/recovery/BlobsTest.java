package io.pharos.sharding.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Golden;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.series.HotChunk;
import io.pharos.sharding.series.SealSettings;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesView;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.CheckpointId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BlobsTest {
    private static final SealSettings SEAL = new SealSettings(4, Duration.ofHours(2), 100);

    @Test
    void headsComeBackWithEverythingThatIsNotDurable() {
        RecoveredShard.Unflushed sealed = new RecoveredShard.Unflushed(1);
        SeriesMemory memory = new SeriesMemory(SEAL, sealed);
        SeriesSlot slot = new SeriesSlot(17, new SeriesId(1, 2), 3, SeriesView.NEW);
        for (int i = 0; i < 10; i++) {
            memory.append(slot, 1_700_000_000_000L + 10_000L * i, i * 1.5);
        }
        memory.late(slot, 1_700_000_085_000L, -1);
        slot.view().sealed()[0].becomeDurable();
        ByteWriter out = new ByteWriter(0);
        HeadsBlob.write(slot, 1_700_000_090_000L, Double.doubleToRawLongBits(13.5), out);
        ByteBuffer blob = Golden.check("heads.hex", HeadsBlob.frame(5, new CheckpointId(9, 2), 0, out));
        List<HeadsBlob.Entry> entries = new ArrayList<>();
        HeadsBlob.read(blob, 5, entries::add);
        HeadsBlob.Entry entry = entries.get(0);
        assertThat(entries).hasSize(1);
        assertThat(entry.ref()).isEqualTo(17);
        assertThat(entry.id()).isEqualTo(new SeriesId(1, 2));
        assertThat(entry.lastTimeMillis()).isEqualTo(1_700_000_090_000L);
        assertThat(Double.longBitsToDouble(entry.lastBits())).isEqualTo(13.5);
        assertThat(Objects.requireNonNull(entry.head()).count()).isEqualTo(2);
        assertThat(entry.lateTimes()).containsExactly(1_700_000_085_000L);
        assertThat(entry.lateValues()).containsExactly(-1);
        assertThat(entry.chunks()).hasDimensions(1, slot.view().sealed()[1].bytes().length);
        assertThat(entry.chunkStarts()).containsExactly(1_700_000_040_000L);
        assertThat(entry.chunkEnds()).containsExactly(1_700_000_070_000L);
        assertThatThrownBy(() -> HeadsBlob.read(blob, 6, entries::add)).isInstanceOf(CorruptBlobException.class);
    }

    @Test
    void openHistogramsComeBackInAPartOfTheirOwn() {
        SeriesMemory memory = new SeriesMemory(SEAL, new RecoveredShard.Unflushed(1));
        SeriesSlot slot = new SeriesSlot(17, new SeriesId(1, 2), 3, SeriesView.NEW);
        long start = 1_700_000_000_000L;
        Histogram histogram =
                Histogram.exponential(3, 0.5, 2, 9, 1.25, HistogramBuckets.from(2, 4, 3), HistogramBuckets.NONE);
        memory.append(slot, start, 1);
        for (int i = 1; i < 3; i++) {
            memory.append(slot, start + 10_000L * i, histogram.times(i));
        }
        memory.append(slot, start + 30_000, 2);
        memory.late(slot, start + 15_000, Histogram.custom(new double[] {1}, 1, 1, HistogramBuckets.from(0, 1)));
        assertThat(HeadsBlob.hasHistograms(slot)).isTrue();
        ByteWriter out = new ByteWriter(0);
        HeadsBlob.write(slot, start + 30_000, Double.doubleToRawLongBits(2), out);
        ByteBuffer blob =
                Golden.check("heads-histograms.hex", HeadsBlob.frame(5, new CheckpointId(9, 2), 0, out, true));
        SeriesSlot restored = new SeriesSlot(17, new SeriesId(1, 2), 3, SeriesView.COLD);
        HeadsBlob.read(
                blob,
                5,
                entry -> SeriesMemory.restore(
                        restored,
                        new HotChunk[0],
                        entry.head(),
                        entry.lateTimes(),
                        entry.lateValues(),
                        entry.histograms(),
                        entry.lastTimeMillis()));
        assertThat(restored.view().hotFromMillis()).isEqualTo(start);
        SampleIterator found = restored.view().samples(0, Long.MAX_VALUE);
        SampleIterator expected = slot.view().samples(0, Long.MAX_VALUE);
        int histograms = 0;
        while (expected.next()) {
            assertThat(found.next()).isTrue();
            assertThat(found.timestampMillis()).isEqualTo(expected.timestampMillis());
            assertThat(Double.compare(found.value(), expected.value())).isZero();
            assertThat(found.histogram()).isEqualTo(expected.histogram());
            histograms += found.histogram() == null ? 0 : 1;
        }
        assertThat(found.next()).isFalse();
        assertThat(histograms).isEqualTo(3);
    }

    @Test
    void sealedHistogramsAreInAPartThatOldNodesRefuse() {
        RecoveredShard.Unflushed sealed = new RecoveredShard.Unflushed(1);
        SeriesMemory memory = new SeriesMemory(SEAL, sealed);
        SeriesSlot slot = new SeriesSlot(17, new SeriesId(1, 2), 3, SeriesView.NEW);
        memory.append(slot, 1000, 1);
        memory.seal(slot);
        assertThat(HeadsBlob.hasHistograms(slot)).isFalse();
        memory.append(slot, 2000, Histogram.EMPTY);
        memory.seal(slot);
        assertThat(slot.view().allSealed()).isTrue();
        assertThat(HeadsBlob.hasHistograms(slot)).isTrue();
        ByteWriter out = new ByteWriter(0);
        HeadsBlob.write(slot, 2000, 0, out);
        List<HeadsBlob.Entry> entries = new ArrayList<>();
        HeadsBlob.read(HeadsBlob.frame(5, new CheckpointId(9, 2), 0, out, true), 5, entries::add);
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).histograms()).isNull();
        assertThat(entries.get(0).chunks()[1]).isEqualTo(slot.view().sealed()[1].bytes());
    }

    @Test
    void lateSamplesInTheTimeOfTheOpenChunkComeBackWithItThoughTheyAreDurable() {
        long start = 1_700_000_000_000L;
        RecoveredShard.Unflushed sealed = new RecoveredShard.Unflushed(1);
        SeriesMemory memory = new SeriesMemory(new SealSettings(100, Duration.ofHours(2), 2), sealed);
        SeriesSlot slot = new SeriesSlot(17, new SeriesId(1, 2), 3, SeriesView.NEW);
        memory.append(slot, start, 1);
        memory.append(slot, start + 10_000, 2);
        memory.late(slot, start + 3_000, 3);
        memory.late(slot, start + 4_000, 4);
        sealed.waiting().forEach(waiting -> waiting.chunk().becomeDurable());
        memory.evict(slot, start + 1_000_000);
        ByteWriter out = new ByteWriter(0);
        HeadsBlob.write(slot, start + 10_000, Double.doubleToRawLongBits(2), out);

        SeriesSlot restored = new SeriesSlot(17, new SeriesId(1, 2), 3, SeriesView.COLD);
        HeadsBlob.read(HeadsBlob.frame(5, new CheckpointId(9, 2), 0, out), 5, entry -> {
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
        assertThat(restored.view().hotFromMillis()).isLessThanOrEqualTo(start);
        assertThat(restored.view().find(start + 3_000, new long[1])).isTrue();
        assertThat(restored.view().find(start + 4_000, new long[1])).isTrue();
    }

    @Test
    void aSeriesIsSealedAndReadBackInOrder() {
        RecoveredShard.Unflushed sealed = new RecoveredShard.Unflushed(1);
        SeriesMemory memory = new SeriesMemory(SEAL, sealed);
        SeriesSlot slot = new SeriesSlot(0, new SeriesId(1, 2), 3, SeriesView.NEW);
        long day = 86_400_000L * 20_000;
        memory.append(slot, day - 20_000, 1);
        memory.append(slot, day - 10_000, 2);
        memory.append(slot, day, 3);
        assertThat(sealed.waiting()).as("a chunk ends with its day").hasSize(1);
        memory.late(slot, day - 15_000, 1.5);
        memory.seal(slot);
        assertThat(sealed.waiting())
                .as("late samples of another day are a chunk of their own")
                .hasSize(3);
        assertThat(slot.view().allSealed()).isTrue();
        assertThat(slot.view().allDurable()).isFalse();
        var samples = slot.view().samples(Long.MIN_VALUE, Long.MAX_VALUE);
        List<Double> values = new ArrayList<>();
        while (samples.next()) {
            values.add(samples.value());
        }
        assertThat(values).containsExactly(1.0, 1.5, 2.0, 3.0);
        for (HotChunk chunk : slot.view().sealed()) {
            chunk.becomeDurable();
        }
        memory.evict(slot, day);
        assertThat(slot.view().sealed()).hasSize(1);
        assertThat(slot.view().hotFromMillis()).isEqualTo(day - 9_999);
    }

    @Test
    void aBlockOfTheCatalogueComesBack() {
        List<byte[]> labels = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            labels.add(Labels.of("__name__", "up", "instance", "host-" + i, "job", "node")
                    .canonicalBytes());
        }
        labels.add(labels.get(2));
        // Compressed bytes depend on the library, so the golden file is of what they decompress to.
        ByteBuffer blob = CatalogueBlob.block(12, new BlockId(3, 4), labels);
        ByteBuffer stored = Golden.read("catalogue-block.hex");
        for (ByteBuffer form : List.of(blob, stored)) {
            CatalogueBlob.Block block = CatalogueBlob.readBlock(form, 12);
            assertThat(block.id()).isEqualTo(new BlockId(3, 4));
            assertThat(block.labels()).hasSize(4);
            for (int i = 0; i < 4; i++) {
                assertThat(block.labels().get(i)).isEqualTo(labels.get(i));
            }
        }
        assertThatThrownBy(() -> CatalogueBlob.readBlock(blob, 13)).isInstanceOf(CorruptBlobException.class);
    }

    @Test
    void theActivityOfADayComesBack() {
        BitSet some = new BitSet();
        some.set(0);
        some.set(499);
        Map<BlockId, BitSet> lived = Map.of(new BlockId(1, 0), some);
        assertThat(CatalogueBlob.readActivity(CatalogueBlob.activity(3, lived), 3))
                .isEqualTo(lived);
        assertThat(CatalogueBlob.readActivity(Golden.read("activity.hex"), 3)).isEqualTo(lived);
    }
}
