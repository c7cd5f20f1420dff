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
        await(progress().advance(shard, 7, 60_000, 86_400_000));
        await(progress().advance(shard, 7, 60_000, 172_800_000));
        await(progress().advance(shard, 7, 3_600_000, 86_400_000));
        assertThat(await(progress().read(shard)))
                .containsOnly(java.util.Map.entry(60_000L, 172_800_000L), java.util.Map.entry(3_600_000L, 86_400_000L));
        assertThat(await(progress().read(shard + 1))).isEmpty();
    }

    @Test
    void whatADeposedOwnerWritesLateDoesNotCount() {
        await(progress().advance(shard, 7, 60_000, 86_400_000));
        // The owner of epoch 8 found that, and that nothing is made of hours.
        await(progress().advance(shard, 8, 60_000, 86_400_000));
        await(progress().advance(shard, 8, 3_600_000, 0));
        await(progress().advance(shard, 7, 60_000, 259_200_000));
        await(progress().advance(shard, 7, 3_600_000, 86_400_000));
        assertThat(await(progress().read(shard))).containsOnly(java.util.Map.entry(60_000L, 86_400_000L));
        await(progress().advance(shard, 8, 60_000, 172_800_000));
        await(progress().advance(shard, 8, 60_000, 86_400_000)); // landed out of order
        await(progress().advance(shard, 8, 3_600_000, 86_400_000));
        assertThat(await(progress().read(shard)))
                .containsOnly(java.util.Map.entry(60_000L, 172_800_000L), java.util.Map.entry(3_600_000L, 86_400_000L));
        await(progress().advance(shard, 1L << 40, 60_000, 86_400_000));
        assertThat(await(progress().read(shard))).containsEntry(60_000L, 86_400_000L);
    }

    @Test
    void aMarkSetMeanwhileOutlivesTheOneTakenAway() {
        Mark first = new Mark(60_000, 20_000, UUID.randomUUID());
        Mark second = new Mark(60_000, 20_000, UUID.randomUUID());
        Mark earlier = new Mark(60_000, 19_000, UUID.randomUUID());
        Mark unmade = Mark.unmade(60_000, 21_000);
        await(progress().mark(shard, first));
        List<Mark> read = await(progress().marks(shard));
        assertThat(read).containsExactly(first);
        await(progress().mark(shard, second));
        await(progress().mark(shard, earlier));
        await(progress().mark(shard, unmade));
        await(progress().unmark(shard, read));
        await(progress().unmark(shard, read));
        assertThat(await(progress().marks(shard))).containsExactly(unmade, earlier, second);
    }
}
