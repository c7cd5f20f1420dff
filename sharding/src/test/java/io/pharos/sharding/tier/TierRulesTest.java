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
                                new Tiers.RollUpTier(HOUR, 35 * DAY + HOUR)),
                        Tiers.NO_COLD,
                        400 * DAY + 5,
                        List.of()));
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
        assertThat(rules.atTime(1)).isEqualTo(new Tiers(Long.MIN_VALUE, List.of(), Tiers.NO_COLD, 1, List.of()));
        assertThat(rules.rawAfterMillis(null, 20 * HOUR)).isEqualTo(8 * HOUR);
    }

    @Test
    void rawSamplesOfEachSeriesHaveARetention() {
        TierRules rules = rules("""
                {selector = "{job=\\"debug\\"}", resolution = raw, retention = 1d}
                {selector = "{job=~\\"d.*\\"}", resolution = raw, retention = 30d}
                {resolution = raw, retention = 7d}
                {resolution = 1m, retention = 20d}
                {resolution = 1h, retention = 1y}
                """);
        Labels debug = Labels.of("job", "debug");
        Labels audit = Labels.of("job", "d1");
        long now = 400 * DAY + 5;
        assertThat(rules.rawAfterMillis(debug, now)).isEqualTo(now - DAY);
        assertThat(rules.rawAfterMillis(audit, now)).isEqualTo(now - 30 * DAY);
        assertThat(rules.rawAfterMillis(Labels.of("job", "api"), now)).isEqualTo(now - 7 * DAY);
        assertThat(rules.rawBoundMillis(debug, now)).isEqualTo(399 * DAY + HOUR);
        // A day is rolled up out of the store, so it holds them for longer than queries see them.
        assertThat(rules.rawKeptMillis(debug)).isEqualTo(2 * DAY);
        assertThat(rules.rawKeptMillis(audit)).isEqualTo(30 * DAY);
        assertThat(rules.stored().rawRetentionMillis()).isEqualTo(7 * DAY);
        assertThat(rules.stored().otherRawMillis()).containsExactly(2 * DAY, 30 * DAY);
        assertThat(rules.rawShortestKeptMillis()).isEqualTo(2 * DAY);
        assertThat(rules.rawLongestKeptMillis()).isEqualTo(30 * DAY);
        Tiers tiers = rules.atTime(now);
        assertThat(tiers.rawBounds()).containsExactly(370 * DAY + HOUR, 393 * DAY + HOUR, 399 * DAY + HOUR);
        assertThat(tiers.rawAfterMillis()).isEqualTo(399 * DAY + HOUR);
        List<Tiers.Group> groups = tiers.groups(395 * DAY);
        assertThat(groups).hasSize(2);
        assertThat(groups.get(0).tiers().isRaw(395 * DAY)).isTrue();
        assertThat(groups.get(0).has(rules.rawBoundMillis(audit, now))).isTrue();
        assertThat(groups.get(1).has(rules.rawBoundMillis(audit, now))).isFalse();
        assertThat(groups.get(1).has(rules.rawBoundMillis(debug, now))).isTrue();
        // Of those whose raw samples reach further back than points of a minute do.
        assertThat(tiers.groups(0).get(0).tiers().rollUps())
                .containsExactly(new Tiers.RollUpTier(HOUR, 35 * DAY + HOUR));
    }

    @Test
    void theCatalogueLivesAsLongAsTheLongestRawSamples() {
        TierRules rules = rules("""
                {selector = "{job=\\"audit\\"}", resolution = raw, retention = 2y}
                {resolution = raw, retention = 7d}
                {resolution = 1h, retention = 1y}
                """);
        assertThat(rules.longestMillis()).isEqualTo(730 * DAY);
        assertThat(rules.stored().longestMillis()).isEqualTo(730 * DAY);
    }

    @Test
    void afterAChangeNothingIsExpectedThatTheListBeforeDidNotKeep() {
        TierRules before = rules("{resolution = raw, retention = 7d}, {resolution = 1m, retention = 30d}");
        TierRules after = rules("{resolution = raw, retention = 20d}, {resolution = 1m, retention = 60d}"
                + ", {resolution = 1h, retention = 1y}");
        long changed = 100 * DAY;
        after.toldFormer(List.of(new TierRules.Former(before, changed)));
        assertThat(after.rawAfterMillis(null, 101 * DAY)).isEqualTo(94 * DAY);
        assertThat(after.rawAfterMillis(null, 110 * DAY)).isEqualTo(changed);
        assertThat(after.rawAfterMillis(null, 120 * DAY)).isEqualTo(changed);
        assertThat(after.rawAfterMillis(null, 130 * DAY)).isEqualTo(110 * DAY);
        Tiers tiers = after.atTime(110 * DAY);
        assertThat(tiers.rawAfterMillis()).isEqualTo(changed);
        // Hours were made of the minutes there still were.
        assertThat(tiers.rollUps())
                .containsExactly(new Tiers.RollUpTier(MINUTE, 80 * DAY), new Tiers.RollUpTier(HOUR, 71 * DAY));
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
        String debug = "{selector = \"{job=\\\"debug\\\"}\", resolution = raw, retention = 1d}";
        refused(debug, "of raw samples there is no entry without a selector");
        refused(raw + debug, "tiers[1] (String: 1): an entry of raw samples without a selector stands before it");
        refused(
                java.util.stream.IntStream.range(3, 12)
                                .mapToObj(days -> debug.replace("1d", days + "d"))
                                .collect(java.util.stream.Collectors.joining(", "))
                        + ", " + raw,
                "raw samples have 9 different retentions; at most 8");
        refused("7", "is no { selector, resolution, retention }");
    }
}
