package io.pharos.sharding.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

    private static Incarnation incarnation(Stores stores) {
        Incarnation fresh = new Incarnation(UUID.randomUUID());
        stores.incarnations().register(fresh).toCompletableFuture().join();
        return fresh;
    }
}
