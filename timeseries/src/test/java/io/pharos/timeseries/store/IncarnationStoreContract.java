package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link IncarnationStore} does. */
public abstract class IncarnationStoreContract extends StoreContract {
    private final Incarnation mine = freshIncarnation();

    private IncarnationStore incarnations() {
        return stores().incarnations();
    }

    @Test
    void onlyARegisteredIncarnationIsAlive() {
        assertThat(await(incarnations().read(mine))).isEqualTo(new IncarnationStore.Fences(false, Map.of()));
        await(incarnations().register(mine));
        assertThat(await(incarnations().read(mine))).isEqualTo(new IncarnationStore.Fences(true, Map.of()));
        assertThat(await(incarnations().list())).contains(mine);
    }

    @Test
    void aFenceIsSeenByTheNextReadAndNeverLowered() {
        await(incarnations().register(mine));
        await(incarnations().fence(mine, 3, 7));
        await(incarnations().fence(mine, 3, 7));
        await(incarnations().fence(mine, 63, 1L << 40));
        assertThat(await(incarnations().read(mine)).epochByShard()).isEqualTo(Map.of(3, 7L, 63, 1L << 40));
        await(incarnations().fence(mine, 3, 9));
        await(incarnations().fence(mine, 3, 8));
        assertThat(await(incarnations().read(mine)))
                .isEqualTo(new IncarnationStore.Fences(true, Map.of(3, 9L, 63, 1L << 40)));
        assertThat(await(incarnations().read(freshIncarnation())).epochByShard())
                .isEmpty();
    }

    @Test
    void aFencedIncarnationThatNeverRegisteredIsListedToo() {
        await(incarnations().fence(mine, 1, 2));
        assertThat(await(incarnations().list())).contains(mine);
        assertThat(await(incarnations().read(mine)).alive()).isFalse();
    }

    @Test
    void aDeletedIncarnationIsDead() {
        await(incarnations().register(mine));
        await(incarnations().fence(mine, 1, 2));
        await(incarnations().delete(mine));
        await(incarnations().delete(mine));
        assertThat(await(incarnations().read(mine)).alive()).isFalse();
        assertThat(await(incarnations().list())).doesNotContain(mine);
    }
}
