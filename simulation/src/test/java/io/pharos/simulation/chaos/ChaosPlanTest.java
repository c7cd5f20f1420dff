package io.pharos.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {
    private static List<ChaosPlan.Step> steps(long seed, int count) {
        ChaosPlan plan = new ChaosPlan(seed);
        return Stream.generate(plan::next).limit(count).toList();
    }

    @Test
    void theSameSeedGivesTheSameStepsAndAnotherOneOthers() {
        assertThat(steps(7, 50)).isEqualTo(steps(7, 50)).isNotEqualTo(steps(8, 50));
    }

    @Test
    void aShortRunSeesEveryFaultAndALongOneAddsOneNode() {
        int kinds = ChaosAction.values().length;
        for (long seed = 0; seed < 100; seed++) {
            List<ChaosPlan.Step> steps = steps(seed, 60);
            assertThat(steps.subList(0, kinds).stream()
                            .map(ChaosPlan.Step::action)
                            .collect(Collectors.toSet()))
                    .hasSize(kinds);
            assertThat(steps)
                    .filteredOn(step -> step.action() == ChaosAction.ADD_NODE)
                    .hasSize(1);
            assertThat(steps).allMatch(step -> step.victim(3) >= 0 && step.victim(3) < 3);
        }
    }
}
