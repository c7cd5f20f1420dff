package io.pharos.sharding.bulk;

import java.time.Duration;

/**
 * What an import does with samples by their age, and its limits.
 *
 * @param window of out-of-order samples: what is younger goes to the log
 * @param oldest older samples are refused: nothing is kept for longer, not as roll-ups either
 * @param labelBytesMax of one series
 * @param pendingBytesMax parts without an answer hold at most so much; beyond it a batch is refused at once
 * @param attemptTimeout a part without an answer is sent again after this
 * @param retryPause between a shard's "not now" and the next attempt
 * @param retryAfter what a refused sender is told to wait
 */
public record BulkRules(
        Duration window,
        Duration oldest,
        int labelBytesMax,
        long pendingBytesMax,
        Duration attemptTimeout,
        Duration retryPause,
        Duration retryAfter) {}
