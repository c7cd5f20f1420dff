package io.pharos.sharding.exemplar;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What is kept of exemplars.
 *
 * @param retention how long, after their own time
 * @param memoryBytesMax of a node's recent ones, about; the oldest make room
 * @param seriesMax of one series in memory; the oldest makes room
 * @param shardDayBytesMax what an owner of a shard stores of it in a day
 * @param flushInterval what came is durable after so long; until then it is in memory alone
 * @param answerMax in the answer to one question
 */
public record ExemplarSettings(
        Duration retention,
        long memoryBytesMax,
        int seriesMax,
        long shardDayBytesMax,
        Duration flushInterval,
        int answerMax) {
    private static final String PATH = "pharos.sharding.exemplars";
    /** A question reads a partition a day, so it must not be of years. */
    private static final Duration RETENTION_MAX = Duration.ofDays(100);

    /** Checks each. */
    public ExemplarSettings {
        if (retention.compareTo(Duration.ofHours(1)) < 0 || retention.compareTo(RETENTION_MAX) > 0) {
            throw wrong("retention", retention, "from 1h to 100d");
        }
        if (memoryBytesMax < 0) {
            throw wrong("memory", memoryBytesMax, "0 or more");
        }
        if (seriesMax < 1 || seriesMax > 10_000) {
            throw wrong("series-max", seriesMax, "from 1 to 10000");
        }
        if (shardDayBytesMax < 0) {
            throw wrong("shard-day-max", shardDayBytesMax, "0 or more");
        }
        if (flushInterval.compareTo(Duration.ofMillis(100)) < 0
                || flushInterval.compareTo(Duration.ofMinutes(10)) > 0) {
            throw wrong("flush-interval", flushInterval, "from 100ms to 10m");
        }
        if (answerMax < 1 || answerMax > 1_000_000) {
            throw wrong("answer-max", answerMax, "from 1 to 1000000");
        }
    }

    /** Reads {@code pharos.sharding.exemplars} out of a whole configuration. */
    public static ExemplarSettings of(Config root) {
        Config config = root.getConfig(PATH);
        return new ExemplarSettings(
                config.getDuration("retention"),
                config.getBytes("memory"),
                config.getInt("series-max"),
                config.getBytes("shard-day-max"),
                config.getDuration("flush-interval"),
                config.getInt("answer-max"));
    }

    private static IllegalArgumentException wrong(String key, Object value, String right) {
        return new IllegalArgumentException(PATH + "." + key + " is " + value + ": it has to be " + right);
    }
}
