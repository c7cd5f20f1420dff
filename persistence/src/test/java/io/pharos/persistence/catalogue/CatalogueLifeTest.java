package io.pharos.persistence.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueLifeTest {
    private static final long DAY_MILLIS = 86_400_000L;

    @Test
    void seriesAreNamedLongerThanTheLongestTierKeepsThem() {
        assertThat(CassandraCatalogueStore.lifeSeconds(StorageTiers.DEFAULT)).isEqualTo(427 * 86_400);
        assertThat(CassandraCatalogueStore.lifeSeconds(new StorageTiers(7 * DAY_MILLIS, List.of())))
                .isEqualTo(400 * 86_400);
        assertThat(CassandraCatalogueStore.lifeSeconds(
                        new StorageTiers(900 * DAY_MILLIS, List.of(new RollupTier(3_600_000, 3650 * DAY_MILLIS)))))
                .isEqualTo(3712 * 86_400);
    }
}
