package io.pharos.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.TierRead;
import io.pharos.promql.query.Tiers;
import io.pharos.timeseries.rollup.RollupColumn;
import io.pharos.timeseries.store.RollupProgressStore.Mark;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TierGapsTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long NOW = 1_000 * DAY;
    /** Raw for 7 days, minutes for 30, hours for 365. */
    private static final Tiers TIERS = new Tiers(
            NOW - 7 * DAY,
            List.of(new Tiers.RollUpTier(MINUTE, NOW - 30 * DAY), new Tiers.RollUpTier(HOUR, NOW - 365 * DAY)));

    private static final TierRead HOURS = new TierRead(
            RollupColumn.LAST,
            List.of(new TierRead.Stretch(HOUR, NOW - 7 * DAY), new TierRead.Stretch(0, Long.MAX_VALUE)));

    private static List<String> warnings(
            Tiers tiers, Map<Long, Long> until, List<Mark> unmade, long fromMillis, long toMillis) {
        TierGaps gaps = new TierGaps();
        for (int shard = 3; shard < 5; shard++) {
            gaps.add(
                    shard,
                    HOURS,
                    TierRows.segments(
                            HOURS, List.of(MINUTE, HOUR), resolution -> until.getOrDefault(resolution, Long.MIN_VALUE)),
                    unmade,
                    tiers,
                    fromMillis,
                    toMillis);
        }
        return gaps.warnings();
    }

    @Test
    void whatIsMadeInTimeIsComplete() {
        Map<Long, Long> until = Map.of(MINUTE, NOW - DAY, HOUR, NOW - 20 * DAY);
        assertThat(warnings(TIERS, until, List.of(), NOW - 400 * DAY, NOW)).isEmpty();
    }

    @Test
    void aShardThatMadeNothingYetIsNew() {
        assertThat(warnings(TIERS, Map.of(), List.of(), NOW - 400 * DAY, NOW)).isEmpty();
    }

    @Test
    void whereMinutesAreGoneAndHoursAreNotMadeYet() {
        Map<Long, Long> until = Map.of(MINUTE, NOW - DAY, HOUR, NOW - 40 * DAY);
        assertThat(warnings(TIERS, until, List.of(), NOW - 400 * DAY, NOW))
                .singleElement()
                .asString()
                .isEqualTo("incomplete: samples after 1972-08-18T00:00:00Z up to 1972-08-28T00:00:00Z may be missing in"
                        + " 2 shards: 3, 4: there are no 1m points any more and the roll-up is behind");
        assertThat(warnings(TIERS, until, List.of(), NOW - 30 * DAY + 1, NOW)).isEmpty();
        assertThat(warnings(TIERS, until, List.of(), NOW - 400 * DAY, NOW - 40 * DAY))
                .isEmpty();
    }

    @Test
    void whereRawSamplesAreGoneUnlessTheyAreInTheColdStore() {
        Map<Long, Long> until = Map.of(MINUTE, NOW - 9 * DAY, HOUR, NOW - 20 * DAY);
        assertThat(warnings(TIERS, until, List.of(), NOW - 400 * DAY, NOW))
                .singleElement()
                .asString()
                .contains("no raw samples any more");
        assertThat(warnings(TIERS.withCold(NOW - 10 * DAY), until, List.of(), NOW - 400 * DAY, NOW))
                .isEmpty();
    }

    @Test
    void daysThatAreDueAgainOrCameTooLateAreSaidWherePointsOfThemAreRead() {
        Map<Long, Long> until = Map.of(MINUTE, NOW - DAY, HOUR, NOW - 20 * DAY);
        Mark due = new Mark(MINUTE, 985, UUID.randomUUID());
        Mark unmade = Mark.unmade(HOUR, 985);
        // Day 985 is read as minutes here, and they are whole.
        assertThat(warnings(TIERS, until, List.of(unmade), NOW - 400 * DAY, NOW))
                .isEmpty();
        assertThat(warnings(TIERS, until, List.of(Mark.unmade(MINUTE, 960)), NOW - 400 * DAY, NOW))
                .singleElement()
                .asString()
                .contains("the 1m roll-up came too late");
        assertThat(warnings(TIERS, until, List.of(due), NOW - 400 * DAY, NOW))
                .singleElement()
                .asString()
                .contains("not rolled up again yet");
        assertThat(warnings(TIERS, until, List.of(due), NOW - 14 * DAY + 1, NOW))
                .isEmpty();
        // Raw samples are read there: nothing is missing.
        assertThat(warnings(TIERS, until, List.of(new Mark(MINUTE, 995, UUID.randomUUID())), NOW - 400 * DAY, NOW))
                .isEmpty();
    }
}
