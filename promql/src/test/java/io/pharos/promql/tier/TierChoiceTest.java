package io.pharos.promql.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.promql.query.Tiers;
import io.pharos.promql.query.Tiers.RollUpTier;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TierChoiceTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    /** Raw after 100 h and 90 s, 1 m after 50 h, 1 h after 10 h. */
    private static final Tiers TIERS =
            new Tiers(100 * HOUR + 90_000, List.of(new RollUpTier(MINUTE, 50 * HOUR), new RollUpTier(HOUR, 10 * HOUR)));

    private static String windows(long first, long step, int count, long range) {
        return text(TierChoice.ofWindows(TIERS, first, step, count, range));
    }

    private static String text(List<TierRun> runs) {
        return runs.stream()
                .map(run -> run.from() + "-" + run.to() + ":"
                        + run.stretches().stream()
                                .map(s -> s.isRaw()
                                        ? "raw"
                                        : s.resolutionMillis() / MINUTE + "m<=" + s.toMillis() / MINUTE)
                                .collect(Collectors.joining(",")))
                .collect(Collectors.joining(" "));
    }

    @Test
    void whatIsThereAsItCameIsReadSo() {
        assertThat(windows(100 * HOUR + 90_000 + 5 * MINUTE, MINUTE, 10, 5 * MINUTE))
                .isEqualTo("0-10:");
        assertThat(TIERS.isRaw(100 * HOUR + 90_000)).isTrue();
        assertThat(TIERS.isRaw(100 * HOUR + 89_999)).isFalse();
        assertThat(Tiers.RAW_ONLY.isRaw(Long.MIN_VALUE)).isTrue();
    }

    @Test
    void stepsAreCutWhereTheOldestTimeTheyReadPassesATier() {
        // Every 30 s from 49 h 59 m on: windows of 1 m begin before 50 h at the first four steps only.
        assertThat(windows(49 * HOUR + 59 * MINUTE, 30_000, 10, MINUTE))
                .isEqualTo("0-4:60m<=3000,1m<=6002,raw 4-10:1m<=6002,raw");
        assertThat(windows(100 * HOUR, MINUTE, 4, MINUTE)).isEqualTo("0-3:1m<=6002,raw 3-4:");
    }

    @Test
    void aCoarserRollUpServesLongWindowsAtLongSteps() {
        assertThat(windows(70 * HOUR, HOUR, 5, 2 * HOUR)).isEqualTo("0-5:60m<=6060,raw");
        assertThat(windows(70 * HOUR, HOUR, 5, 30 * MINUTE)).isEqualTo("0-5:1m<=6002,raw");
        assertThat(windows(70 * HOUR, MINUTE, 5, 2 * HOUR)).isEqualTo("0-5:1m<=6002,raw");
        assertThat(windows(70 * HOUR, 1, 1, 20 * HOUR)).isEqualTo("0-1:60m<=6060,raw");
    }

    @Test
    void anInstantSelectorReadsCoarserPointsOnlyWhereItsStepsLieOnThem() {
        assertThat(text(TierChoice.ofInstants(TIERS, 70 * HOUR, 2 * HOUR, 3, 5 * MINUTE)))
                .isEqualTo("0-3:60m<=6060,raw");
        assertThat(text(TierChoice.ofInstants(TIERS, 70 * HOUR + MINUTE, 2 * HOUR, 3, 5 * MINUTE)))
                .isEqualTo("0-3:1m<=6002,raw");
    }

    @Test
    void rawSamplesOfAColdStoreAreReadWhereNoRollUpIsAsGood() {
        Tiers cold = TIERS.withCold(20 * HOUR);
        assertThat(text(TierChoice.ofWindows(cold, 70 * HOUR, 30_000, 2, 30_000)))
                .isEqualTo("0-2:");
        assertThat(text(TierChoice.ofWindows(cold, 70 * HOUR, HOUR, 5, 30 * MINUTE)))
                .isEqualTo("0-5:1m<=6002,raw");
        // Before all of it is there: as without.
        assertThat(text(TierChoice.ofWindows(cold, 15 * HOUR, 30_000, 2, 30_000)))
                .isEqualTo("0-2:60m<=3000,1m<=6002,raw");
        // From 50 h on there are points of a minute, which are as good for windows of five.
        assertThat(text(TierChoice.ofWindows(cold, 49 * HOUR + 50 * MINUTE, 5 * MINUTE, 5, 5 * MINUTE)))
                .isEqualTo("0-3: 3-5:1m<=6002,raw");
        assertThat(text(TierChoice.ofInstants(cold, 70 * HOUR + 1, 10_000, 3, 5 * MINUTE)))
                .isEqualTo("0-3:");
        assertThat(cold.hasSamples(20 * HOUR)).isTrue();
        assertThat(cold.hasSamples(20 * HOUR - 1)).isFalse();
        assertThat(TIERS.hasSamples(70 * HOUR)).isFalse();
    }

    @Test
    void whatIsOlderThanAllTiersIsLookedForInTheLast() {
        assertThat(windows(5 * HOUR, MINUTE, 2, MINUTE)).isEqualTo("0-2:60m<=3000,1m<=6002,raw");
    }

    @Test
    void tiersComeFinestFirst() {
        assertThatThrownBy(() -> new Tiers(5, List.of(new RollUpTier(HOUR, 1), new RollUpTier(MINUTE, 2))))
                .hasMessageContaining("not finest first");
    }
}
