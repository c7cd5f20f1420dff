package io.pharos.sharding.cold;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.pharos.sharding.tier.TierRules;
import java.time.Duration;

/**
 * What is written to the cold store, when, and how it is read.
 *
 * @param retention raw samples are kept there for so long
 * @param after so long after its end a day is written, if its raw samples are kept that long
 * @param rewriteInterval a day whose samples came late is written again no more often
 * @param interval between two looks at what is due
 * @param partBytes an object is closed when its chunks have so many bytes
 * @param indexCacheBytes of indexes of objects kept in memory
 * @param seriesAtOnce series of a metric read at one time
 * @param pause after each such read
 * @param deleteAfter an object that is no longer needed stays for so long, for queries that read it
 */
public record ColdSettings(
        Duration retention,
        Duration after,
        Duration rewriteInterval,
        Duration interval,
        int partBytes,
        long indexCacheBytes,
        int seriesAtOnce,
        Duration pause,
        Duration deleteAfter) {
    private static final String PATH = "pharos.storage.cold";
    private static final long PART_BYTES_MIN = 1 << 10;
    private static final long PART_BYTES_MAX = 512L << 20;

    /** Checks what must be. */
    public ColdSettings {
        require(retention.toDays() >= 1 && retention.toDays() <= 3650, "retention has to be 1d to 3650d");
        require(!after.isNegative() && !pause.isNegative(), "after and pause cannot be negative");
        require(
                interval.toMillis() > 0 && seriesAtOnce > 0 && indexCacheBytes > 0,
                "interval, series-at-once and index-cache have to be more than 0");
        require(partBytes >= PART_BYTES_MIN && partBytes <= PART_BYTES_MAX, "part-size has to be 1 KiB to 512 MiB");
        require(
                !rewriteInterval.isNegative() && !deleteAfter.isNegative(),
                "rewrite-interval and delete-after cannot be negative");
    }

    private static void require(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(PATH + ": " + message);
        }
    }

    /** Whether the tiers go with it; what does not is an {@link IllegalArgumentException}. */
    public void check(TierRules tiers) {
        require(
                !tiers.resolutions().isEmpty() && retention.toMillis() > tiers.rawRetentionMillis(),
                "a cold tier needs roll-ups in pharos.storage.tiers (a day is written when it is rolled up), and a retention"
                        + " longer than that of raw samples there");
        // Catalogue and masks are kept as long as the longest tier: without them samples would be lost, or deleted ones
        // come back.
        require(
                retention.toMillis() <= tiers.longestMillis(),
                "its retention is longer than that of every entry of pharos.storage.tiers");
    }

    /** Reads {@code pharos.storage.cold} out of a whole configuration; the keys of the store itself are its adapter's. */
    public static ColdSettings of(Config root) {
        try {
            Config config = root.getConfig(PATH);
            long part = config.getMemorySize("part-size").toBytesBigInteger().longValueExact();
            require(part <= PART_BYTES_MAX, "part-size has to be 1 KiB to 512 MiB");
            return new ColdSettings(
                    config.getDuration("retention"),
                    config.getDuration("after"),
                    config.getDuration("rewrite-interval"),
                    config.getDuration("interval"),
                    (int) part,
                    config.getMemorySize("index-cache").toBytesBigInteger().longValueExact(),
                    config.getInt("series-at-once"),
                    config.getDuration("pause"),
                    config.getDuration("delete-after"));
        } catch (ConfigException | ArithmeticException wrong) {
            throw new IllegalArgumentException(PATH + ": " + wrong.getMessage(), wrong);
        }
    }
}
