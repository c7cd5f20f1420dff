package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link MaskStore} does. */
public abstract class MaskStoreContract extends StoreContract {
    private static final long IN_A_YEAR = System.currentTimeMillis() + 365L * 86_400_000L;

    private final int shard = freshShard();

    private MaskStore masks() {
        return stores().masks();
    }

    private static StoredMask mask(long epoch, int sequence, String text) {
        return new StoredMask(epoch, sequence, ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void masksOfAShardAreReadInTheOrderOfTheirPlaces() {
        assertThat(await(masks().read(shard))).isEmpty();
        StoredMask third = mask(3, 1, "third");
        StoredMask second = mask(2, 900, "second");
        StoredMask first = mask(2, 7, "first");
        for (StoredMask each : List.of(third, first, second, first)) {
            await(masks().write(shard, each, IN_A_YEAR));
        }
        assertThat(await(masks().read(shard))).containsExactly(first, second, third);
        assertThat(await(masks().read(shard + 1))).isEmpty();
    }

    @Test
    void whatIsRemovedIsNotReadAndTheRestStays() {
        StoredMask stays = mask(1, 2, "stays");
        StoredMask goes = mask(1, 1, "goes");
        await(masks().write(shard, stays, IN_A_YEAR));
        await(masks().write(shard, goes, IN_A_YEAR));
        await(masks().remove(shard, List.of(goes)));
        await(masks().remove(shard, List.of(goes)));
        await(masks().remove(shard, List.of()));
        assertThat(await(masks().read(shard))).containsExactly(stays);
    }

    @Test
    void aMaskWhoseTimeHasPassedIsNotRead() {
        await(masks().write(shard, mask(1, 1, "gone"), System.currentTimeMillis() - 60_000));
        assertThat(await(masks().read(shard))).isEmpty();
    }
}
