package io.pharos.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.persistence.lease.ExpelledNodes;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.Stores;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What only this adapter promises: statistics, warnings, large writes, clocks that do not matter. */
class CassandraStoresIT {
    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void bytesOfATableAreThoseOfItsFilesAfterAFlush() {
        try (CassandraStores opened = SharedServer.connect()) {
            Stores stores = opened.stores();
            List<ChunkRow> rows = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                byte[] chunk = new byte[500];
                new java.util.Random(i).nextBytes(chunk);
                rows.add(new ChunkRow(
                        7, new SeriesId(i, i), i * 1_000_000L, i * 1_000_000L + 10, 1, i, ByteBuffer.wrap(chunk)));
            }
            get(stores.chunks().write(3, rows));
            get(stores.statistics().flush());
            assertThat(get(stores.statistics().bytesByTable()).get("chunks")).isBetween(500_000L, 700_000L);
            List<ChunkRow> read = new ArrayList<>();
            get(stores.chunks().read(3, 7, null, 0, Long.MAX_VALUE / 10_000_000, read::add));
            assertThat(read)
                    .containsExactlyInAnyOrderElementsOf(rows.stream()
                            .filter(row -> row.startMillis() <= Long.MAX_VALUE / 10_000_000)
                            .toList());
        }
    }

    @Test
    void theSingleCopyIsWarnedOf() {
        try (CassandraStores opened = SharedServer.connect()) {
            assertThat(opened.warnings()).singleElement().asString().contains("single copy");
        }
    }

    @Test
    void anOlderFenceThatLandsLateDoesNotLowerANewerOne() {
        try (CassandraStores opened = SharedServer.connect()) {
            Stores stores = opened.stores();
            Incarnation incarnation = new Incarnation(UUID.randomUUID());
            get(stores.incarnations().register(incarnation));
            get(stores.incarnations().fence(incarnation, 5, 9));
            get(stores.incarnations().fence(incarnation, 5, 7));
            assertThat(get(stores.incarnations().read(incarnation)).epochByShard())
                    .containsEntry(5, 9L);
            get(stores.incarnations().delete(incarnation));
            assertThat(get(stores.incarnations().read(incarnation)).alive()).isFalse();
        }
    }

    @Test
    void aRunThatWasShutOutIsKnownAndAnotherOfTheSameNodeIsNot() {
        try (CassandraStores opened = SharedServer.connect()) {
            ExpelledNodes expelled = opened.expelled();
            for (int time = 0; time < 2; time++) {
                expelled.write("10.1.2.3:17090", -7).toCompletableFuture().join();
            }
            assertThat(expelled.contains("10.1.2.3:17090", -7).toCompletableFuture())
                    .succeedsWithin(java.time.Duration.ofMinutes(1))
                    .isEqualTo(true);
            assertThat(expelled.contains("10.1.2.3:17090", 7).toCompletableFuture())
                    .succeedsWithin(java.time.Duration.ofMinutes(1))
                    .isEqualTo(false);
            assertThat(expelled.contains("10.1.2.4:17090", -7).toCompletableFuture())
                    .succeedsWithin(java.time.Duration.ofMinutes(1))
                    .isEqualTo(false);
        }
    }

    @Test
    void ofTwoThatReplaceTheSameEpochOneWins() {
        try (CassandraStores opened = SharedServer.connect()) {
            var records = opened.stores().shardRecords();
            ShardRecord first = new ShardRecord(
                    1, 1, Optional.of(new Incarnation(UUID.randomUUID())), Optional.empty(), java.util.Map.of());
            ShardRecord second = new ShardRecord(
                    1, 1, Optional.of(new Incarnation(UUID.randomUUID())), Optional.empty(), java.util.Map.of());
            CompletionStage<Boolean> one = records.replace(ShardRecord.unowned(first.shard()), first);
            CompletionStage<Boolean> two = records.replace(ShardRecord.unowned(second.shard()), second);
            assertThat(get(one)).isNotEqualTo(get(two));
            assertThat(get(records.read(1))).isEqualTo(get(one) ? first : second);
        }
    }
}
