package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link ShardRecordStore} does. */
public abstract class ShardRecordStoreContract extends StoreContract {
    private ShardRecordStore records() {
        return stores().shardRecords();
    }

    private static ShardRecord owned(int shard, long epoch, Incarnation owner) {
        return new ShardRecord(
                shard, epoch, Optional.of(owner), Optional.empty(), Map.of(owner, new LogPosition(3, 4)));
    }

    @Test
    void aShardNobodyEverOwnedHasAnEmptyRecord() {
        int shard = freshShard();
        assertThat(await(records().read(shard))).isEqualTo(ShardRecord.unowned(shard));
    }

    @Test
    void aRecordComesBackWhole() {
        int shard = freshShard();
        Incarnation owner = freshIncarnation();
        ShardRecord full = new ShardRecord(
                shard,
                1,
                Optional.of(owner),
                Optional.of(new CheckpointId(1, 7)),
                Map.of(owner, new LogPosition(2, 9), freshIncarnation(), LogPosition.START));
        assertThat(await(records().replace(0, full))).isTrue();
        assertThat(await(records().read(shard))).isEqualTo(full);
        ShardRecord released =
                new ShardRecord(shard, 1, Optional.empty(), Optional.of(new CheckpointId(1, 8)), Map.of());
        assertThat(await(records().replace(1, released))).isTrue();
        assertThat(await(records().read(shard))).isEqualTo(released);
    }

    @Test
    void anotherEpochThanTheStoredOneChangesNothing() {
        int shard = freshShard();
        ShardRecord first = owned(shard, 1, freshIncarnation());
        assertThat(await(records().replace(1, first)))
                .as("no record is epoch 0")
                .isFalse();
        assertThat(await(records().replace(0, first))).isTrue();
        assertThat(await(records().replace(0, owned(shard, 1, freshIncarnation()))))
                .isFalse();
        assertThat(await(records().replace(2, owned(shard, 3, freshIncarnation()))))
                .isFalse();
        assertThat(await(records().read(shard))).isEqualTo(first);
    }

    @Test
    void ofManyAtOnceOneWins() {
        int shard = freshShard();
        for (int epoch = 0; epoch < 3; epoch++) {
            List<ShardRecord> tried = new ArrayList<>();
            List<CompletionStage<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ShardRecord next = owned(shard, epoch + 1, freshIncarnation());
                tried.add(next);
                answers.add(records().replace(epoch, next));
            }
            List<ShardRecord> winners = new ArrayList<>();
            for (int i = 0; i < tried.size(); i++) {
                if (await(answers.get(i))) {
                    winners.add(tried.get(i));
                }
            }
            assertThat(winners).containsExactly(await(records().read(shard)));
        }
    }
}
