package io.pharos.alerting.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alerting.view.AlertState;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatusPagesTest {
    private static RuleStatus rule(int number, int alerts, int text) {
        List<AlertStatus> all = new ArrayList<>();
        for (int i = 0; i < alerts; i++) {
            all.add(new AlertStatus(
                    Map.of("i", "" + i),
                    Map.of("summary", "s".repeat(text)),
                    AlertState.FIRING,
                    Instant.EPOCH,
                    null,
                    i));
        }
        return new RuleStatus(
                true,
                "r" + number,
                "up",
                Map.of(),
                Duration.ZERO,
                Duration.ZERO,
                Map.of(),
                AlertState.FIRING,
                all,
                RuleStatus.Health.OK,
                "",
                Duration.ZERO,
                null);
    }

    private static RuleGroupStatus group(List<RuleStatus> rules) {
        return new RuleGroupStatus("g", "f", Duration.ofMinutes(1), 0, rules, Duration.ZERO, null, 0, true);
    }

    /** As the asker does it: the last page first joined to the one before it. */
    private static RuleGroupStatus fetched(List<RuleStatus> all, int fromRule, int fromAlert, int[] pages) {
        StatusPages.Cut cut = StatusPages.cut(all, fromRule, fromAlert);
        assertThat(++pages[0]).isLessThan(1000);
        return cut.nextRule() < 0
                ? group(cut.rules())
                : StatusPages.joined(
                        group(cut.rules()), fetched(all, cut.nextRule(), cut.nextAlert(), pages), cut.nextAlert());
    }

    @Test
    void pagesJoinedAreTheWhole() {
        Random random = new Random(1);
        int most = 0;
        for (int round = 0; round < 50; round++) {
            List<RuleStatus> rules = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                rules.add(rule(i, random.nextInt(300), random.nextInt(1000)));
            }
            rules.add(rule(9, random.nextInt(3), 100_000));
            int[] pages = {0};
            assertThat(fetched(rules, 0, 0, pages)).isEqualTo(group(rules));
            most = Math.max(most, pages[0]);
        }
        assertThat(most).isGreaterThan(5);
    }
}
