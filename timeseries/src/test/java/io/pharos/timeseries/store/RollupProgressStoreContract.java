package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.store.RollupProgressStore.Mark;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link RollupProgressStore} does. */
public abstract class RollupProgressStoreContract extends StoreContract {
    private final int shard = freshShard();

    private RollupProgressStore progress() {
        return stores().rollupProgress();
    }

    @Test
    void theLastProgressOfEachResolutionIsRead() {
        assertThat(await(progress().read(shard))).isEmpty();
        await(progress().advance(shard, 60_000, 86_400_000));
        await(progress().advance(shard, 60_000, 172_800_000));
        await(progress().advance(shard, 3_600_000, 86_400_000));
        assertThat(await(progress().read(shard)))
                .containsOnly(java.util.Map.entry(60_000L, 172_800_000L), java.util.Map.entry(3_600_000L, 86_400_000L));
        assertThat(await(progress().read(shard + 1))).isEmpty();
    }

    @Test
    void aMarkSetMeanwhileOutlivesTheOneTakenAway() {
        Mark first = new Mark(60_000, 20_000, UUID.randomUUID());
        Mark second = new Mark(60_000, 20_000, UUID.randomUUID());
        Mark earlier = new Mark(60_000, 19_000, UUID.randomUUID());
        await(progress().mark(shard, first));
        List<Mark> read = await(progress().marks(shard));
        assertThat(read).containsExactly(first);
        await(progress().mark(shard, second));
        await(progress().mark(shard, earlier));
        await(progress().unmark(shard, read));
        await(progress().unmark(shard, read));
        assertThat(await(progress().marks(shard))).containsExactly(earlier, second);
    }
}
