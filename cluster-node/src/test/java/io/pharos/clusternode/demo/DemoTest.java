package io.pharos.clusternode.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.clusternode.program.CommandFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final CountDownLatch stop = new CountDownLatch(1);

    @Test
    void whoStopsTheDemoWhileItStartsDoesNotWaitForCassandra() throws Exception {
        stop.countDown();
        assertThat(Demo.await(new CompletableFuture<>(), stop, PATIENCE, "late"))
                .isFalse();
    }

    @Test
    void whatCameIsTakenAndWhatFailedOrIsLateIsSaid() throws Exception {
        assertThat(Demo.await(CompletableFuture.completedStage("up"), stop, PATIENCE, "late"))
                .isTrue();
        assertThatThrownBy(() -> Demo.await(
                        CompletableFuture.failedStage(new IllegalStateException("no disk")), stop, PATIENCE, "late"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no disk");
        assertThatThrownBy(() -> Demo.await(new CompletableFuture<>(), stop, Duration.ZERO, "Cassandra is late"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("Cassandra is late");
    }
}
