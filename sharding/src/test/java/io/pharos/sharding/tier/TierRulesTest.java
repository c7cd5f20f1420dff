package io.pharos.sharding.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.pharos.promql.query.Tiers;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import java.util.List;
import org.junit.jupiter.api.Test;

class TierRulesTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private static TierRules rules(String list) {
        return TierRules.of(ConfigFactory.parseString("pharos.storage.tiers = [" + list + "]"));
    }

    private static void refused(String list, String why) {
        assertThatThrownBy(() -> rules(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void theDefaultsAreAWeekAMonthAndAYear() {
        TierRules rules = TierRules.of(ConfigFactory.parseResources("pharos/reference.conf"));
        assertThat(rules.stored()).isEqualTo(StorageTiers.DEFAULT);
        assertThat(rules.resolutions()).containsExactly(MINUTE, HOUR);
        assertThat(rules.sameForAll()).isTrue();
        assertThat(rules.atTime(400 * DAY + 5))
                .isEqualTo(new Tiers(
                        393 * DAY + HOUR,
                        List.of(
                                new Tiers.RollUpTier(MINUTE, 370 * DAY + HOUR),
                                new Tiers.RollUpTier(HOUR, 35 * DAY + HOUR))));
    }

    @Test
    void theFirstEntryThatMatchesASeriesIsItsTier() {
        TierRules rules = rules("""
                {resolution = raw, retention = 3d}
                {selector = "{job=~\\"a.*\\"}", resolution = 30s, retention = 90d}
                {resolution = 30s, retention = 10d}
                """);
        RollupTier longer = new RollupTier(30_000, 90 * DAY);
        RollupTier shorter = new RollupTier(30_000, 10 * DAY);
        assertThat(rules.tier(30_000, Labels.of("job", "api"))).isEqualTo(longer);
        assertThat(rules.tier(30_000, Labels.of("job", "db"))).isEqualTo(shorter);
        assertThat(rules.tier(30_000, null)).isEqualTo(shorter);
        assertThat(rules.sameForAll()).isFalse();
        assertThat(rules.shortestMillis(30_000)).isEqualTo(10 * DAY);
        assertThat(rules.stored().rollups().stream().map(RollupTier::name)).containsExactly("30s_90d", "30s_10d");
    }

    @Test
    void rawSamplesAloneAreEnough() {
        TierRules rules = rules("{resolution = raw, retention = 12h}");
        assertThat(rules.resolutions()).isEmpty();
        assertThat(rules.atTime(1)).isEqualTo(Tiers.RAW_ONLY);
    }

    @Test
    void whatIsWrongIsNamedWithItsEntry() {
        String raw = "{resolution = raw, retention = 7d}, ";
        refused("{resolution = 1m, retention = 30d}", "has no entry with resolution = raw");
        refused(raw + "{resolution = 7m, retention = 30d}", "tiers[1] (String: 1): a resolution has to divide a day");
        refused(raw + "{resolution = 1m, retention = soon}", "retention is soon, a duration such as");
        refused(raw + "{resolution = 1m}", "has no retention");
        refused(raw + "{resolution = 1m, retention = 30d, keep = 1}", "unknown key 'keep'");
        refused(raw + "{resolution = 1m, retention = 30d, selector = \"{job=\"}", "the selector {job= is none");
        refused(raw + "{resolution = 1m, retention = 5d}", "1m is kept for 5d, no longer than what is finer (7d)");
        refused(raw + "{resolution = 1m, retention = 30d}, {resolution = 1m, retention = 40d}", "never counts");
        refused(raw + "{resolution = 45s, retention = 30d}, {resolution = 1m, retention = 40d}", "no multiple");
        refused(
                raw + "{selector = \"{job=\\\"a\\\"}\", resolution = 1m, retention = 30d}",
                "there is no entry without a selector");
        refused("{resolution = raw, retention = 1d}, {resolution = 1m, retention = 30d}", "2d at least, not 1d");
        refused("7", "is no { selector, resolution, retention }");
    }
}
