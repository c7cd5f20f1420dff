package io.pharos.sharding;

import io.pharos.sharding.shard.ShardSettings;
import java.time.Duration;

/** Settings of shards as tests want them. */
final class Shards {
    private Shards() {}

    static ShardSettings withHotSpan(ShardSettings shard, Duration hotSpan) {
        return new ShardSettings(
                shard.outOfOrderWindow(),
                shard.aheadMax(),
                shard.seriesMax(),
                shard.unloggedBytesMax(),
                shard.checkpointInterval(),
                shard.checkpointSegments(),
                shard.headsBlobBytes(),
                shard.catalogueBlockSeries(),
                shard.flushRows(),
                shard.idleAfter(),
                hotSpan,
                shard.hotBytesMax(),
                shard.acquirePause(),
                shard.handOverTimeout());
    }
}
