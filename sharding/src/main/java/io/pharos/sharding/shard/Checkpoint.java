package io.pharos.sharding.shard;

import io.pharos.sharding.recovery.CatalogueBlob;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.Stores;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One checkpoint of a shard, cut on the shard's thread and then written: catalogue, heads, and the record's transaction.
 *
 * @param cut everything admitted before this position is in the heads or in durable chunks
 * @param newBlocks series the catalogue has not yet, with labels, in blocks
 * @param handOver whether the record is to name no owner and no sources afterwards
 */
record Checkpoint(
        ShardRecord current,
        Incarnation owner,
        CheckpointId id,
        LogPosition cut,
        YearMonth month,
        List<NewBlock> newBlocks,
        Map<LocalDate, Map<BlockId, BitSet>> lived,
        HeadParts heads,
        boolean handOver) {
    /** A block to write, and the series in it. */
    record NewBlock(BlockId id, List<byte[]> labels, List<io.pharos.sharding.series.SeriesSlot> slots) {}

    /** How the transaction ended. */
    enum Result {
        /** The checkpoint counts. */
        DONE,
        /** Another owner has the shard: delete nothing. */
        DEPOSED,
        /** It had no effect so far, but may still have: this epoch must not make another one. */
        MAY_STILL_LAND,
        /** The store does not say. */
        UNKNOWN
    }

    /** Writes it; a failed stage means that no transaction was begun. */
    CompletionStage<Result> write(Stores stores, Executor work) {
        return writeCatalogue(stores, work)
                .thenComposeAsync(done -> writeHeads(stores), work)
                .thenCompose(done -> transact(stores));
    }

    /** Bytes of all heads, before compression. */
    long headBytes() {
        return heads.bytes();
    }

    /** The record as it will be. */
    ShardRecord next() {
        return handOver
                ? new ShardRecord(current.shard(), current.epoch(), Optional.empty(), Optional.of(id), Map.of())
                : new ShardRecord(
                        current.shard(), current.epoch(), Optional.of(owner), Optional.of(id), Map.of(owner, cut));
    }

    private CompletionStage<Void> writeCatalogue(Stores stores, Executor work) {
        CompletionStage<Void> step = CompletableFuture.completedStage(null);
        for (NewBlock block : newBlocks) {
            step = step.thenComposeAsync(
                    done -> stores.catalogue()
                            .writeBlock(
                                    current.shard(),
                                    month,
                                    block.id.epoch(),
                                    block.id.number(),
                                    CatalogueBlob.block(current.shard(), block.id, block.labels)),
                    work);
        }
        for (Map.Entry<LocalDate, Map<BlockId, BitSet>> day : lived.entrySet()) {
            step = step.thenComposeAsync(
                    done -> stores.catalogue()
                            .writeActivity(
                                    current.shard(),
                                    day.getKey(),
                                    current.epoch(),
                                    CatalogueBlob.activity(current.shard(), day.getValue())),
                    work);
        }
        return step;
    }

    /** Step 2: all parts at once would be a burst, so they follow each other. */
    private CompletionStage<Void> writeHeads(Stores stores) {
        CompletionStage<Void> step = CompletableFuture.completedStage(null);
        for (int i = 0; i < heads.size(); i++) {
            int part = i;
            step = step.thenCompose(
                    done -> stores.heads().write(current.shard(), id, part, heads.frame(current.shard(), id, part)));
        }
        return step;
    }

    /** Step 3: conditional on the epoch; an unknown outcome is read back serially. */
    private CompletionStage<Result> transact(Stores stores) {
        return stores.shardRecords()
                .replace(current, next())
                .handle((written, failure) -> failure == null
                        ? CompletableFuture.completedStage(written ? Result.DONE : Result.DEPOSED)
                        : settle(stores))
                .thenCompose(stage -> stage);
    }

    /*
     * A transaction whose client gave up may still be on its way to the store. Were this epoch to go on and make a later
     * checkpoint, the late one would move the record back to heads that are deleted. So such an epoch ends: the
     * shard is acquired anew, and the late transaction meets another epoch.
     */
    /** Reads back what became of the transaction; never fails. */
    CompletionStage<Result> settle(Stores stores) {
        return stores.shardRecords().read(current.shard()).handle((stored, failure) -> {
            if (failure != null) {
                return Result.UNKNOWN;
            }
            if (stored.epoch() != current.epoch()) {
                return Result.DEPOSED;
            }
            return stored.equals(next()) ? Result.DONE : Result.MAY_STILL_LAND;
        });
    }
}
