package io.pharos.sharding.shard;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a shard admits and keeps.
 *
 * @param outOfOrderWindow a sample may lie this far before the last one of its series
 * @param aheadMax and this far ahead of the clock
 * @param limits what a new series must keep to
 * @param unloggedBytesMax admitted samples that the log has not confirmed take at most so much memory on a node
 * @param checkpointInterval between two checkpoints of a shard; the first are spread over it
 * @param checkpointSegments a checkpoint comes early when a shard needs so many segments of the log
 * @param headsBlobBytes target size of one part of a checkpoint's heads
 * @param catalogueBlockSeries series in a block of the catalogue
 * @param flushRows chunk rows written at once
 * @param idleAfter a series without a sample for this long is sealed and its actor stopped
 * @param leaveAfter a series whose last UTC day lies before the one that was so long ago leaves memory
 * @param hotSpan sealed chunks stay in memory at most so long
 * @param hotBytesMax and take at most so much memory on a node
 * @param hotPreload after a shard was acquired, so much of the past comes back into memory in the background; zero for none
 * @param acquirePause between two attempts to acquire
 * @param handOverTimeout a hand-over that takes longer is given up; the next owner recovers instead
 * @param masksMax deletions that a shard keeps; more are refused
 */
public record ShardSettings(
        Duration outOfOrderWindow,
        Duration aheadMax,
        LimitSettings limits,
        long unloggedBytesMax,
        Duration checkpointInterval,
        int checkpointSegments,
        int headsBlobBytes,
        int catalogueBlockSeries,
        int flushRows,
        Duration idleAfter,
        Duration leaveAfter,
        Duration hotSpan,
        long hotBytesMax,
        Duration hotPreload,
        Duration acquirePause,
        Duration handOverTimeout,
        int masksMax) {
    /** Checks that nothing leaves for which samples may still come late, or whose actor is to be stopped first. */
    public ShardSettings {
        if (leaveAfter.compareTo(outOfOrderWindow) <= 0 || leaveAfter.compareTo(idleAfter) <= 0) {
            throw new IllegalArgumentException(
                    "pharos.sharding.shard.leave-after must be longer than out-of-order-window"
                            + " and idle-after, and " + leaveAfter + " is not");
        }
    }

    /** Reads {@code pharos.sharding.shard} and {@code pharos.sharding.limits}. */
    public static ShardSettings of(Config sharding) {
        Config config = sharding.getConfig("shard");
        double heapShare = config.getDouble("hot-heap-share");
        return new ShardSettings(
                config.getDuration("out-of-order-window"),
                config.getDuration("ahead-max"),
                LimitSettings.of(sharding.getConfig("limits")),
                config.getBytes("unlogged-max"),
                config.getDuration("checkpoint-interval"),
                config.getInt("checkpoint-segments"),
                Math.toIntExact(config.getBytes("heads-blob")),
                config.getInt("catalogue-block-series"),
                config.getInt("flush-rows"),
                config.getDuration("idle-after"),
                config.getDuration("leave-after"),
                config.getDuration("hot-span"),
                (long) (Runtime.getRuntime().maxMemory() * heapShare),
                config.getDuration("hot-preload"),
                config.getDuration("acquire-pause"),
                config.getDuration("hand-over-timeout"),
                config.getInt("masks-max"));
    }
}
