package io.pharos.sharding.rollup;

import com.typesafe.config.Config;
import io.pharos.sharding.shard.RolledDays;
import io.pharos.sharding.tier.TierRules;
import java.time.Duration;
import java.util.List;

/**
 * What is rolled up, when and how fast.
 *
 * @param interval between two looks at what is due
 * @param margin after the last sample of a day can have come, before the day is due
 * @param spread the shards become due one after the other over this time
 * @param seriesAtOnce series of a metric read at one time
 * @param pause after each such read
 */
public record RollUpSettings(
        TierRules tiers, Duration interval, Duration margin, Duration spread, int seriesAtOnce, Duration pause) {
    /** Checks what must be. */
    public RollUpSettings {
        if (seriesAtOnce < 1 || interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "pharos.storage.roll-up: interval and series-at-once have to be more than 0");
        }
    }

    /** Reads {@code pharos.storage} out of a whole configuration. */
    public static RollUpSettings of(Config root) {
        Config config = root.getConfig("pharos.storage.roll-up");
        return new RollUpSettings(
                TierRules.of(root),
                config.getDuration("interval"),
                config.getDuration("margin"),
                config.getDuration("spread"),
                config.getInt("series-at-once"),
                config.getDuration("pause"));
    }

    /** What shards have to know of it. */
    public RolledDays.Rules days() {
        return tiers.resolutions().isEmpty()
                ? new RolledDays.Rules(List.of(), RolledDays.Rules.NONE.rawRetentionMillis(), tiers.longestMillis())
                : new RolledDays.Rules(tiers.resolutions(), tiers.rawLongestKeptMillis(), tiers.longestMillis());
    }
}
