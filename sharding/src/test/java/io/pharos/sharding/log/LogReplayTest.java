package io.pharos.sharding.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.LogStore;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogReplayTest {
    private static LogSection section(int shard) {
        return new LogSection(
                shard,
                1,
                1,
                new int[] {0},
                new long[] {1_700_000_000_000L},
                new double[] {shard},
                new LogSection.Definition[0],
                outcome -> {});
    }

    @Test
    void aShardThatCannotTakeItsSectionDoesNotKeepTheOthersFromTheirs() throws Exception {
        LogStore logs = new InMemoryStores().stores().logs();
        Incarnation dead = new Incarnation(UUID.randomUUID());
        logs.openSegment(dead, 0).toCompletableFuture().join();
        for (int commit = 0; commit < 2; commit++) {
            logs.append(dead, new LogPosition(0, commit), LogBlob.encode(List.of(section(1), section(2)), 0))
                    .toCompletableFuture()
                    .join();
        }
        LogReplay replay = new LogReplay(logs, ForkJoinPool.commonPool(), Duration.ofMillis(100));
        CompletableFuture<Void> bad = replay.replay(dead, 1, LogPosition.START, (position, part) -> {
                    throw new IllegalStateException("shard 1 is damaged");
                })
                .toCompletableFuture();
        List<LogPosition> seen = new ArrayList<>();
        replay.replay(dead, 2, LogPosition.START, (position, part) -> seen.add(position))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        assertThat(seen).containsExactly(new LogPosition(0, 0), new LogPosition(0, 1));
        assertThatThrownBy(() -> bad.get(2, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("shard 1 is damaged");
    }
}
