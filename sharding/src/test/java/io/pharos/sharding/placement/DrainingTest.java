package io.pharos.sharding.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.sharding.placement.Draining.Worker;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is asked to take what a drained node has. */
class DrainingTest {
    private static final List<Worker> WORKING = List.of(
            new Worker("a:1", Set.of("store", "query")),
            new Worker("b:1", Set.of("store")),
            new Worker("c:1", Set.of("alert", "query")));

    @Test
    void onlyNodesWithTheRoleTakeWhatNeedsIt() {
        assertThat(Draining.takers(WORKING, "a:1", Optional.of("store"))).containsExactly("b:1");
        assertThat(Draining.takers(WORKING, "c:1", Optional.of("store"))).containsExactly("a:1", "b:1");
    }

    @Test
    void anybodyElseTakesWhatNeedsNoRole() {
        assertThat(Draining.takers(WORKING, "b:1", Optional.empty())).containsExactly("a:1", "c:1");
    }

    @Test
    void theLastWithARoleHasNobody() {
        assertThat(Draining.takers(WORKING, "c:1", Optional.of("alert"))).isEmpty();
    }
}
