package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.sharding.log.LogSettings;
import io.pharos.sharding.query.QuerySettings;
import io.pharos.sharding.series.SealSettings;
import io.pharos.sharding.shard.LimitSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShardingSettingsTest {
    private final ShardingSettings settings = ShardingSettings.of(TestNode.config());

    @Test
    void theDefaultsAreTheseAndNoOthers() {
        assertThat(settings.shardCount()).isEqualTo(64);
        assertThat(settings.seal()).isEqualTo(new SealSettings(720, Duration.ofHours(2), 120));
        assertThat(settings.log())
                .isEqualTo(new LogSettings(
                        64 << 10,
                        256 << 10,
                        32L << 20,
                        Duration.ofMillis(5),
                        Duration.ofMillis(50),
                        4,
                        64L << 20,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(200),
                        1));
        assertThat(settings.query()).isEqualTo(new QuerySettings(8, 256, Duration.ofSeconds(10), 200, 64L << 20));
        assertThat(settings.shard().limits())
                .isEqualTo(new LimitSettings(20_000_000, 2_000_000, 250_000, 64, 512, 8192));
        assertThat(settings.shard().outOfOrderWindow()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.shard().aheadMax()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.shard().checkpointInterval()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.shard().hotSpan()).isEqualTo(Duration.ofHours(26));
        assertThat(settings.shard().hotPreload()).isEqualTo(Duration.ofHours(2));
        assertThat(settings.shard().hotBytesMax())
                .isEqualTo(Runtime.getRuntime().maxMemory() / 4);
        assertThat(settings.ingest().gather()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void theNumberOfShardsIsAPowerOfTwo() {
        assertThat(settings.withShardCount(256).shardCount()).isEqualTo(256);
        assertThatThrownBy(() -> settings.withShardCount(48)).hasMessageContaining("pharos.sharding.shard-count");
        assertThatThrownBy(() -> settings.withShardCount(0)).hasMessageContaining("power of two");
    }
}
