package io.pharos.sharding.log;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How the node's log is written.
 *
 * @param blobBytesTarget a further commit starts beside one under way, or before its interval is over, only when this much has gathered
 * @param blobBytesMax no row grows beyond this
 * @param segmentBytesMax a segment is closed at this size
 * @param commitInterval smaller rows start at least so long after each other
 * @param commitIntervalMax rows of at most a quarter of the target so long, larger ones in proportion less, while that brings company
 * @param commitsInFlight at most so many rows are being written at one time
 * @param pendingBytesMax beyond this much waiting to be written, sections are refused at once
 * @param commitDeadline a section not durable by then is failed
 * @param retryPause between two attempts at the same row
 * @param compression zstd level of a row; 0 stores it as it is
 */
public record LogSettings(
        int blobBytesTarget,
        int blobBytesMax,
        long segmentBytesMax,
        Duration commitInterval,
        Duration commitIntervalMax,
        int commitsInFlight,
        long pendingBytesMax,
        Duration commitDeadline,
        Duration retryPause,
        int compression) {
    /** Reads {@code pharos.sharding.log}. */
    public static LogSettings of(Config config) {
        return new LogSettings(
                Math.toIntExact(config.getBytes("blob-target")),
                Math.toIntExact(config.getBytes("blob-max")),
                config.getBytes("segment-max"),
                config.getDuration("commit-interval"),
                config.getDuration("commit-interval-max"),
                config.getInt("commits-in-flight"),
                config.getBytes("pending-max"),
                config.getDuration("commit-deadline"),
                config.getDuration("retry-pause"),
                config.getInt("compression-level"));
    }
}
