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
        assertThat(await(records().replace(ShardRecord.unowned(shard), full))).isTrue();
        assertThat(await(records().read(shard))).isEqualTo(full);
        ShardRecord released =
                new ShardRecord(shard, 1, Optional.empty(), Optional.of(new CheckpointId(1, 8)), Map.of());
        assertThat(await(records().replace(full, released))).isTrue();
        assertThat(await(records().read(shard))).isEqualTo(released);
    }

    @Test
    void anotherEpochThanTheStoredOneChangesNothing() {
        int shard = freshShard();
        ShardRecord first = owned(shard, 1, freshIncarnation());
        assertThat(await(records().replace(first, first)))
                .as("no record is epoch 0")
                .isFalse();
        assertThat(await(records().replace(ShardRecord.unowned(shard), first))).isTrue();
        assertThat(await(records().replace(ShardRecord.unowned(shard), owned(shard, 1, freshIncarnation()))))
                .isFalse();
        assertThat(await(records().replace(owned(shard, 2, freshIncarnation()), owned(shard, 3, freshIncarnation()))))
                .isFalse();
        assertThat(await(records().read(shard))).isEqualTo(first);
    }

    @Test
    void anotherCheckpointThanTheStoredOneChangesNothing() {
        int shard = freshShard();
        Incarnation owner = freshIncarnation();
        ShardRecord acquired = owned(shard, 1, owner);
        ShardRecord first = checkpointed(acquired, 1);
        ShardRecord second = checkpointed(acquired, 2);
        assertThat(await(records().replace(ShardRecord.unowned(shard), acquired)))
                .isTrue();
        assertThat(await(records().replace(acquired, first))).isTrue();
        assertThat(await(records().replace(acquired, owned(shard, 2, freshIncarnation()))))
                .as("it had no checkpoint when that was decided")
                .isFalse();
        assertThat(await(records().replace(first, second))).isTrue();
        assertThat(await(records().replace(first, owned(shard, 2, freshIncarnation()))))
                .as("it had another checkpoint when that was decided")
                .isFalse();
        assertThat(await(records().read(shard))).isEqualTo(second);
    }

    private static ShardRecord checkpointed(ShardRecord record, int number) {
        return new ShardRecord(
                record.shard(),
                record.epoch(),
                record.owner(),
                Optional.of(new CheckpointId(record.epoch(), number)),
                record.sources());
    }

    @Test
    void ofManyAtOnceOneWins() {
        int shard = freshShard();
        for (int epoch = 0; epoch < 3; epoch++) {
            ShardRecord before = await(records().read(shard));
            List<ShardRecord> tried = new ArrayList<>();
            List<CompletionStage<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ShardRecord next = owned(shard, epoch + 1, freshIncarnation());
                tried.add(next);
                answers.add(records().replace(before, next));
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
