package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link HeadStore} does. */
public abstract class HeadStoreContract extends StoreContract {
    private final int shard = freshShard();

    private HeadStore heads() {
        return stores().heads();
    }

    private List<ByteBuffer> read(CheckpointId checkpoint) {
        List<ByteBuffer> parts = new ArrayList<>();
        await(heads().read(
                        shard,
                        checkpoint,
                        part -> parts.add(
                                ByteBuffer.allocate(part.remaining()).put(part).flip())));
        return parts;
    }

    @Test
    void partsComeBackInOrder() {
        CheckpointId checkpoint = new CheckpointId(4, 1);
        for (int part : new int[] {11, 0, 2, 1}) {
            await(heads().write(shard, checkpoint, part, blob(part, 200 * 1024)));
        }
        assertThat(read(checkpoint))
                .containsExactly(blob(0, 200 * 1024), blob(1, 200 * 1024), blob(2, 200 * 1024), blob(11, 200 * 1024));
    }

    @Test
    void checkpointsAreApartAndDeletedWhole() {
        await(heads().write(shard, new CheckpointId(4, 1), 0, blob(1, 10)));
        await(heads().write(shard, new CheckpointId(4, 2), 0, blob(2, 10)));
        await(heads().write(shard, new CheckpointId(5, 1), 0, blob(3, 10)));
        await(heads().delete(shard, new CheckpointId(4, 1)));
        await(heads().delete(shard, new CheckpointId(4, 1)));
        assertThat(read(new CheckpointId(4, 1))).isEmpty();
        assertThat(read(new CheckpointId(4, 2))).containsExactly(blob(2, 10));
        assertThat(read(new CheckpointId(5, 1))).containsExactly(blob(3, 10));
    }
}
