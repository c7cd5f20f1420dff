package io.pharos.sharding.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.pharos.sharding.tier.TierRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PieceTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final TierRules RULES = TierRules.of(ConfigFactory.parseResources("pharos/reference.conf"));

    private final Map<Long, Long> until = new HashMap<>();

    private Optional<Piece> due(long now) {
        return Piece.due(RULES, now, now - 2 * HOUR, resolution -> until.getOrDefault(resolution, Long.MIN_VALUE));
    }

    private List<Piece> allDue(long now) {
        List<Piece> pieces = new ArrayList<>();
        for (Optional<Piece> piece = due(now); piece.isPresent(); piece = due(now)) {
            pieces.add(piece.get());
            until.put(piece.get().resolutionMillis(), piece.get().toMillis());
        }
        return pieces;
    }

    @Test
    void aDayIsDueOnceItsSamplesCanNoLongerCome() {
        until.put(MINUTE, 100 * DAY);
        until.put(HOUR, 100 * DAY);
        assertThat(due(101 * DAY + 2 * HOUR - 1)).isEmpty();
        assertThat(due(101 * DAY + 2 * HOUR)).contains(new Piece(MINUTE, 0, 100 * DAY, 101 * DAY));
    }

    @Test
    void coarsePiecesAreMadeOfTenDaysOfFineOnes() {
        until.put(MINUTE, 100 * DAY);
        until.put(HOUR, 100 * DAY);
        List<Piece> pieces = allDue(105 * DAY + 3 * HOUR);
        assertThat(pieces).hasSize(5);
        pieces.addAll(allDue(111 * DAY + 3 * HOUR));
        assertThat(pieces).hasSize(12).contains(new Piece(HOUR, MINUTE, 100 * DAY, 110 * DAY));
        assertThat(until).containsEntry(MINUTE, 111 * DAY).containsEntry(HOUR, 110 * DAY);
    }

    @Test
    void aShardWithoutProgressBeginsWithWhatIsStillThere() {
        List<Piece> pieces = allDue(1000 * DAY + 5 * HOUR);
        assertThat(pieces.get(0)).isEqualTo(new Piece(MINUTE, 0, 993 * DAY, 994 * DAY));
        assertThat(until).containsEntry(MINUTE, 1000 * DAY).containsEntry(HOUR, 1000 * DAY);
    }

    @Test
    void whatIsGoneIsNotWaitedFor() {
        until.put(MINUTE, 100 * DAY);
        until.put(HOUR, 100 * DAY);
        assertThat(due(200 * DAY + 3 * HOUR)).contains(new Piece(MINUTE, 0, 193 * DAY, 194 * DAY));
    }

    @Test
    void withoutAFinerTierAPieceIsADayOfRawSamples() {
        TierRules hours = TierRules.of(ConfigFactory.parseString(
                "pharos.storage.tiers = [" + "{resolution = raw, retention = 7d}, {resolution = 1h, retention = 1y}]"));
        assertThat(Piece.due(hours, 200 * DAY, 200 * DAY, resolution -> 198 * DAY))
                .contains(new Piece(HOUR, 0, 198 * DAY, 199 * DAY));
    }
}
