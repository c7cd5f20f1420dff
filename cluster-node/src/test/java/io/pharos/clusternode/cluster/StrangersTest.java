package io.pharos.clusternode.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final Set<String> OURS = Set.of("a:1", "b:1");

    private final Strangers strangers = new Strangers();

    private Set<String> look(long second, Set<String> members, Set<String> alive) {
        return strangers.look(TimeUnit.SECONDS.toNanos(second), members, alive);
    }

    @Test
    void whoWasNeverWithUsIsReportedSoon() {
        assertThat(look(0, OURS, Set.of("a:1", "b:1", "x:1"))).isEmpty();
        assertThat(look(9, OURS, Set.of("a:1", "x:1"))).isEmpty();
        assertThat(look(10, OURS, Set.of("a:1", "x:1"))).containsExactly("x:1");
        assertThat(look(13, OURS, Set.of("a:1"))).as("it ended").isEmpty();
    }

    @Test
    void whoWasShutOutHasTimeToHearOfIt() {
        assertThat(look(0, Set.of("a:1", "b:1", "c:1"), Set.of("c:1"))).isEmpty();
        assertThat(look(3, OURS, Set.of("c:1"))).isEmpty();
        assertThat(look(62, OURS, Set.of("c:1"))).isEmpty();
        assertThat(look(63, OURS, Set.of("c:1"))).containsExactly("c:1");
    }

    @Test
    void whoComesInIsNoStranger() {
        assertThat(look(0, OURS, Set.of("c:1"))).isEmpty();
        assertThat(look(6, Set.of("a:1", "c:1"), Set.of("c:1"))).isEmpty();
        assertThat(look(20, Set.of("a:1", "c:1"), Set.of("c:1"))).isEmpty();
    }

    @Test
    void whoCameBackAfterMinutesIsNoFormerMember() {
        look(0, Set.of("a:1", "c:1"), Set.of());
        assertThat(look(301, OURS, Set.of("c:1"))).isEmpty();
        assertThat(look(311, OURS, Set.of("c:1"))).containsExactly("c:1");
    }
}
