package io.pharos.sharding.ingest;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How batches are routed.
 *
 * @param pendingBytesMax batches whose outcome is open hold at most so much; beyond it a batch is refused at once
 * @param identityCacheEntriesMax series whose identity and ref are remembered
 * @param partSamplesMax a message to a shard carries at most so many samples
 * @param partLabelBytesMax and about so many bytes of labels
 * @param gather small batches wait so long for others, and only while others are under way
 * @param gatherSamplesMax a batch of this size or more never waits
 * @param attemptTimeout a part without an answer is sent again after this
 * @param retryPause between a shard's "not now" and the next attempt
 * @param retryAfter what a refused sender is told to wait
 */
public record IngestSettings(
        long pendingBytesMax,
        int identityCacheEntriesMax,
        int partSamplesMax,
        int partLabelBytesMax,
        Duration gather,
        int gatherSamplesMax,
        Duration attemptTimeout,
        Duration retryPause,
        Duration retryAfter) {
    /** Reads {@code pharos.sharding.ingest}. */
    public static IngestSettings of(Config config) {
        return new IngestSettings(
                config.getBytes("pending-max"),
                config.getInt("identity-cache-entries"),
                config.getInt("part-samples"),
                Math.toIntExact(config.getBytes("part-labels")),
                config.getDuration("gather"),
                config.getInt("gather-samples"),
                config.getDuration("attempt-timeout"),
                config.getDuration("retry-pause"),
                config.getDuration("retry-after"));
    }
}
