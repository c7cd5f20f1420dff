package io.pharos.sharding;

import io.pharos.sharding.shard.LimitSettings;
import io.pharos.sharding.shard.ShardSettings;
import java.time.Duration;

/** Settings of shards as tests want them. */
final class Shards {
    private Shards() {}

    static ShardSettings withLimits(ShardSettings shard, LimitSettings limits) {
        return new ShardSettings(
                shard.outOfOrderWindow(),
                shard.aheadMax(),
                limits,
                shard.unloggedBytesMax(),
                shard.checkpointInterval(),
                shard.checkpointSegments(),
                shard.headsBlobBytes(),
                shard.catalogueBlockSeries(),
                shard.flushRows(),
                shard.idleAfter(),
                shard.hotSpan(),
                shard.hotBytesMax(),
                shard.hotPreload(),
                shard.acquirePause(),
                shard.handOverTimeout());
    }

    static ShardSettings withHotPreload(ShardSettings shard, Duration hotPreload) {
        return new ShardSettings(
                shard.outOfOrderWindow(),
                shard.aheadMax(),
                shard.limits(),
                shard.unloggedBytesMax(),
                shard.checkpointInterval(),
                shard.checkpointSegments(),
                shard.headsBlobBytes(),
                shard.catalogueBlockSeries(),
                shard.flushRows(),
                shard.idleAfter(),
                shard.hotSpan(),
                shard.hotBytesMax(),
                hotPreload,
                shard.acquirePause(),
                shard.handOverTimeout());
    }

    static ShardSettings withHotSpan(ShardSettings shard, Duration hotSpan) {
        return new ShardSettings(
                shard.outOfOrderWindow(),
                shard.aheadMax(),
                shard.limits(),
                shard.unloggedBytesMax(),
                shard.checkpointInterval(),
                shard.checkpointSegments(),
                shard.headsBlobBytes(),
                shard.catalogueBlockSeries(),
                shard.flushRows(),
                shard.idleAfter(),
                hotSpan,
                shard.hotBytesMax(),
                shard.hotPreload(),
                shard.acquirePause(),
                shard.handOverTimeout());
    }
}
