package io.pharos.sharding.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.SealedChunk;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadedChunksTest {
    private final List<HotChunk> sealed = new ArrayList<>();
    private long bytes;

    private final SeriesMemory memory =
            new SeriesMemory(new SealSettings(720, Duration.ofHours(2), 120), new SeriesMemory.Sealer() {
                @Override
                public long epoch() {
                    return 1;
                }

                @Override
                public int nextSequence() {
                    return 1;
                }

                @Override
                public void sealed(SeriesSlot slot, HotChunk chunk) {
                    sealed.add(chunk);
                }

                @Override
                public void evicted(int let) {
                    bytes -= let;
                }

                @Override
                public void loaded(int more) {
                    bytes += more;
                }

                @Override
                public void failed(SeriesSlot slot, RuntimeException cause) {
                    throw cause;
                }
            });

    private final SeriesIdentity identity = SeriesIdentity.of(Labels.of("__name__", "a"));
    private final SeriesSlot slot = new SeriesSlot(0, identity.id(), identity.metricHash(), SeriesView.COLD);

    private static HotChunk stored(long... times) {
        byte[] chunk = SealedChunk.encode(times, new double[times.length], 0, times.length);
        return HotChunk.stored(ByteBuffer.wrap(chunk), times[0], times[times.length - 1], 1, 9);
    }

    private List<Long> times() {
        List<Long> times = new ArrayList<>();
        SampleIterator samples = slot.view().samples(0, Long.MAX_VALUE);
        while (samples.next()) {
            times.add(samples.timestampMillis());
        }
        return times;
    }

    @Test
    void whatTheStoreHasComesBeforeWhatIsHereAndNothingTwice() {
        SeriesMemory.storedBefore(slot, 5000);
        memory.append(slot, 6000, 1);
        memory.seal(slot);
        memory.append(slot, 7000, 1);
        HotChunk here = sealed.get(0);
        HotChunk same = HotChunk.stored(ByteBuffer.wrap(here.bytes()), here.startMillis(), here.endMillis(), 1, 1);
        assertThat(memory.load(slot, new HotChunk[] {stored(2000, 3000), same}, 1500, memory.evictions()))
                .isTrue();
        assertThat(times()).containsExactly(2000L, 3000L, 6000L, 7000L);
        assertThat(slot.view().sealed()).hasSize(2);
        assertThat(slot.view().hotFromMillis()).isEqualTo(1500);
        assertThat(slot.view().sealed()[0].durable()).isTrue();
        assertThat(bytes).isEqualTo(slot.view().sealed()[0].memoryBytes());

        memory.evict(slot, 4000);
        assertThat(times()).containsExactly(6000L, 7000L);
        assertThat(bytes).isZero();
        assertThat(slot.view().hotFromMillis()).isEqualTo(3001);
    }

    @Test
    void afterAnEvictionNothingIsTakenThatWasReadBefore() {
        SeriesMemory.storedBefore(slot, 5000);
        memory.append(slot, 6000, 1);
        memory.seal(slot);
        sealed.get(0).becomeDurable();
        long before = memory.evictions();
        memory.evict(slot, 10_000);
        assertThat(memory.load(slot, new HotChunk[] {stored(2000, 3000)}, 1500, before))
                .isFalse();
        assertThat(slot.view().hotFromMillis()).isEqualTo(6001);
        assertThat(times()).isEmpty();
    }

    @Test
    void whatIsHereFromEarlierOnStaysAsItIs() {
        SeriesMemory.storedBefore(slot, 1000);
        assertThat(memory.load(slot, new HotChunk[] {stored(2000, 3000)}, 1500, memory.evictions()))
                .isFalse();
        assertThat(slot.view().hotFromMillis()).isEqualTo(1000);
    }
}
