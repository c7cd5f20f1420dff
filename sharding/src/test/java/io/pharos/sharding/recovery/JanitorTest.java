package io.pharos.sharding.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JanitorTest {
    @Test
    void onlyWhatNoRecordListsAndNoMemberIsIsCollectedAndNotAtOnce() {
        Stores stores = new InMemoryStores().stores();
        Incarnation listed = incarnation(stores);
        Incarnation member = incarnation(stores);
        Incarnation dead = incarnation(stores);
        stores.shardRecords()
                .replace(
                        ShardRecord.unowned(1),
                        new ShardRecord(1, 1, Optional.empty(), Optional.empty(), Map.of(listed, LogPosition.START)))
                .toCompletableFuture()
                .join();
        Janitor janitor = new Janitor(stores, 4, () -> Set.of(member.toString()));
        for (int sweep = 0; sweep < 4; sweep++) {
            assertThat(janitor.sweep().toCompletableFuture().join()).isEmpty();
        }
        assertThat(janitor.sweep().toCompletableFuture().join()).containsExactly(dead);
        assertThat(stores.incarnations().list().toCompletableFuture().join()).containsExactlyInAnyOrder(listed, member);
        assertThat(stores.incarnations().read(dead).toCompletableFuture().join().alive())
                .isFalse();
    }

    @Test
    void theLogOfOneThatTookAShardWhileItWasCollectedIsKept() {
        Stores stores = new InMemoryStores().stores();
        Incarnation late = incarnation(stores);
        stores.logs().openSegment(late, 0).toCompletableFuture().join();
        stores.logs()
                .append(late, LogPosition.START, ByteBuffer.wrap(new byte[] {1}))
                .toCompletableFuture()
                .join();
        AtomicInteger sweeps = new AtomicInteger();
        // The members are asked for after the records were read; at the sweep that collects it takes a shard just then.
        Janitor janitor = new Janitor(stores, 4, () -> {
            if (sweeps.incrementAndGet() == 5) {
                stores.shardRecords()
                        .replace(
                                ShardRecord.unowned(1),
                                new ShardRecord(
                                        1, 1, Optional.of(late), Optional.empty(), Map.of(late, LogPosition.START)))
                        .toCompletableFuture()
                        .join();
            }
            return Set.of();
        });
        for (int sweep = 0; sweep < 6; sweep++) {
            janitor.sweep().toCompletableFuture().join();
        }
        assertThat(stores.incarnations().read(late).toCompletableFuture().join().alive())
                .isFalse();
        List<LogPosition> rows = new ArrayList<>();
        stores.logs()
                .read(late, LogPosition.START, (at, row) -> rows.add(at))
                .toCompletableFuture()
                .join();
        assertThat(rows).containsExactly(LogPosition.START);
    }

    private static Incarnation incarnation(Stores stores) {
        Incarnation fresh = new Incarnation(UUID.randomUUID());
        stores.incarnations().register(fresh).toCompletableFuture().join();
        return fresh;
    }
}
