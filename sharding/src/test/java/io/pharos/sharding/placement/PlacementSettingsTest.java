package io.pharos.sharding.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class PlacementSettingsTest {
    @Test
    void aTypeHasTheRoleThatWasSetAndOthersRunEverywhere() {
        PlacementSettings settings =
                PlacementSettings.of(ConfigFactory.parseString("pharos.placement.roles { series-shard = store }"));
        assertThat(settings.role("series-shard")).contains("store");
        assertThat(settings.role("other")).isEmpty();
        assertThat(PlacementSettings.of(ConfigFactory.empty()).role("series-shard"))
                .isEmpty();
    }
}
