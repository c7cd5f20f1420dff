package io.pharos.clusternode.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.persistence.roll.NodeEntry;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinDecisionTest {
    private static final String SELF = "a:1";

    private static NodeEntry node(String address, boolean isAlive) {
        return new NodeEntry(address, address + "-http", "9.9.9", Protocol.NEWEST, isAlive);
    }

    private static JoinDecision decide(Set<String> seeds, Set<String> gone, NodeEntry... roll) {
        return JoinDecision.of(SELF, seeds, List.of(roll), gone::contains);
    }

    @Test
    void theFirstNodeOverAKeyspaceFounds() {
        assertThat(decide(Set.of(), Set.of())).isEqualTo(new JoinDecision.Found());
    }

    @Test
    void aNodeThatRunsIsJoinedWhateverThisOneWasTold() {
        assertThat(decide(Set.of(), Set.of(), node("b:1", true), node("c:1", false)))
                .isEqualTo(new JoinDecision.Ask(Set.of("b:1")));
    }

    @Test
    void ourOwnRowOfBeforeACrashIsNobody() {
        assertThat(decide(Set.of(), Set.of(), node(SELF, true))).isEqualTo(new JoinDecision.Found());
    }

    @Test
    void aNodeThatMayStillRunIsWaitedForAndOneThatIsGoneIsNot() {
        assertThat(decide(Set.of(), Set.of("c:1"), node("b:1", false), node("c:1", false)))
                .isEqualTo(new JoinDecision.Wait(Set.of("b:1")));
        assertThat(decide(Set.of(), Set.of("b:1"), node("b:1", false))).isEqualTo(new JoinDecision.Found());
    }

    @Test
    void whereSeedsAreNamedOnlyTheyFound() {
        assertThat(decide(Set.of("b:1"), Set.of("b:1"))).isEqualTo(new JoinDecision.Ask(Set.of("b:1")));
        assertThat(decide(Set.of(SELF, "b:1"), Set.of())).isEqualTo(new JoinDecision.Wait(Set.of("b:1")));
        assertThat(decide(Set.of(SELF, "b:1"), Set.of("b:1"))).isEqualTo(new JoinDecision.Found());
    }

    @Test
    void seedsAndRunningNodesAreAskedTogether() {
        assertThat(decide(Set.of(SELF, "b:1"), Set.of(), node("c:1", true)))
                .isEqualTo(new JoinDecision.Ask(Set.of("b:1", "c:1")));
    }

    @Test
    void aClusterOfAnotherProtocolIsNotJoined() {
        NodeEntry old = new NodeEntry("b:1", "b:9090", "0.0.1", Protocol.OLDEST - 1, true);
        assertThatThrownBy(() -> decide(Set.of(), Set.of(), old))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("b:9090 of this cluster is Pharos 0.0.1");
    }
}
