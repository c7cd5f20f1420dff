package io.pharos.sharding.recovery;

import io.pharos.sharding.log.LogReplay;
import io.pharos.sharding.log.SampleLog;
import io.pharos.sharding.series.SealSettings;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Takes shards over: the steps of "Acquire", in their order and never another. Stateless between shards; nothing blocks. */
public final class Acquisition {
    /** The shard went to another owner between two steps, or the store did not say so in time: start over. */
    public static final class StartOver extends RuntimeException {
        private static final long serialVersionUID = 1;

        StartOver(String message) {
            super(message);
        }
    }

    /**
     * What a recovered shard is built with.
     *
     * @param outOfOrderWindow of admission
     * @param aheadMax of admission
     * @param leaveAfter series whose last UTC day lies before the one that was so long ago are not taken into memory
     * @param kept how long the longest tier keeps anything: older months of the catalogue matter to nobody
     */
    public record Rules(
            SealSettings seal, Duration outOfOrderWindow, Duration aheadMax, Duration leaveAfter, Duration kept) {}

    /** Before it nobody owned the shard, so nothing of it is stored. */
    private static final long FIRST_EPOCH = 1;

    private final Stores stores;
    private final SampleLog log;
    private final LogReplay replay;
    private final Rules rules;
    private final StringPool strings;
    private final InstantSource clock;
    private final Executor work;

    /**
     * An acquirer for the incarnation of a log.
     *
     * @param work where heads and logs are decoded; may be blocked
     */
    public Acquisition(
            Stores stores,
            SampleLog log,
            LogReplay replay,
            Rules rules,
            StringPool strings,
            InstantSource clock,
            Executor work) {
        this.stores = stores;
        this.log = log;
        this.replay = replay;
        this.rules = rules;
        this.strings = strings;
        this.clock = clock;
        this.work = work;
    }

    private record Taken(ShardRecord record, Map<Incarnation, LogPosition> toRead) {}

    /** Takes a shard; the stage fails with {@link StartOver} or the store's exception, and then nothing is owned for sure. */
    public CompletionStage<RecoveredShard> acquire(int shard) {
        return stores.shardRecords()
                .read(shard) // step 1
                .thenCompose(this::take) // step 2
                .thenCompose(this::fence) // step 3
                .thenCompose(this::confirm) // step 4
                .thenCompose(taken -> stores.chunks().taken(shard).thenApply(forgotten -> taken))
                .thenComposeAsync(this::loadRecent, work); // steps 5 and 6
    }

    /*
     * The transaction is on the checkpoint as well as on the epoch: the record is written whole, and an owner that lives still may have
     * moved its checkpoint after step 1, and deleted the heads and the part of its log that the one read then needs.
     */
    /** Step 2: the epoch is mine from here on, if the transaction says so or a serial read afterwards does. */
    private CompletionStage<Taken> take(ShardRecord before) {
        Incarnation self = log.incarnation();
        Map<Incarnation, LogPosition> sources = new HashMap<>(before.sources());
        // Where this incarnation is listed already, its log matters from the earlier position on.
        LogPosition listed = sources.get(self);
        LogPosition next = log.nextPosition();
        LogPosition mine = listed == null || next.compareTo(listed) < 0 ? next : listed;
        sources.put(self, mine);
        ShardRecord after = new ShardRecord(
                before.shard(), before.epoch() + 1, Optional.of(self), before.checkpoint(), Map.copyOf(sources));
        log.segments().acquired(before.shard(), mine);
        Map<Incarnation, LogPosition> toRead = Map.copyOf(before.sources());
        return stores.shardRecords()
                .replace(before, after)
                .handle((written, failure) -> failure != null
                        ? readBack(after)
                        : written
                                ? CompletableFuture.completedStage(after)
                                : CompletableFuture.<ShardRecord>failedStage(new StartOver(
                                        "shard " + after.shard() + " was taken or checkpointed by another after epoch "
                                                + before.epoch() + " was read")))
                .thenCompose(stage -> stage)
                .thenApply(record -> new Taken(record, toRead));
    }

    private CompletionStage<ShardRecord> readBack(ShardRecord wanted) {
        return stores.shardRecords().read(wanted.shard()).thenApply(stored -> {
            if (stored.epoch() == wanted.epoch() && stored.owner().equals(wanted.owner())) {
                return stored;
            }
            throw new StartOver(
                    "shard " + wanted.shard() + " is at epoch " + stored.epoch() + " after an unknown outcome");
        });
    }

    /** Step 3: no older owner may acknowledge from here on; this node's own older epochs are held back in its log. */
    private CompletionStage<Taken> fence(Taken taken) {
        ShardRecord record = taken.record;
        log.raiseEpoch(record.shard(), record.epoch());
        List<CompletableFuture<Void>> fences = new ArrayList<>();
        for (Incarnation source : taken.toRead.keySet()) {
            if (!source.equals(log.incarnation())) {
                fences.add(stores.incarnations()
                        .fence(source, record.shard(), record.epoch())
                        .toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(fences.toArray(CompletableFuture[]::new)).thenApply(done -> taken);
    }

    /** Step 4: under my epoch the checkpoint cannot move any more; only what is read now counts. */
    private CompletionStage<Taken> confirm(Taken taken) {
        return stores.shardRecords().read(taken.record.shard()).thenApply(stored -> {
            if (stored.epoch() != taken.record.epoch()) {
                throw new StartOver("shard " + stored.shard() + " was taken by another at epoch " + stored.epoch());
            }
            // An older owner may have moved its checkpoint, and with it its position, up to the moment of step 2.
            Map<Incarnation, LogPosition> toRead = new HashMap<>(stored.sources());
            toRead.keySet().retainAll(taken.toRead.keySet());
            return new Taken(stored, toRead);
        });
    }

    /** Two months of the catalogue name what a shard holds, unless nobody owned it for longer: then all that is kept is read. */
    private CompletionStage<RecoveredShard> loadRecent(Taken taken) {
        return load(taken, 1).exceptionallyCompose(failure -> {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return cause instanceof Rebuild.MissingLabelsException
                    ? load(taken, (int) (rules.kept().toDays() / 28) + 1)
                    : CompletableFuture.failedStage(failure);
        });
    }

    /** Step 5: catalogue, heads, logs; step 6: what they say becomes a table of series. */
    private CompletionStage<RecoveredShard> load(Taken taken, int monthsBack) {
        ShardRecord record = taken.record;
        int shard = record.shard();
        Instant instant = clock.instant();
        YearMonth now = YearMonth.from(instant.atOffset(ZoneOffset.UTC));
        Rebuild rebuild = new Rebuild(record, rules, strings, instant);
        // After the fences: an owner before this one answers for a deletion only where it then found none.
        CompletionStage<Void> step = stores.masks().read(shard).thenAccept(rebuild::masks);
        List<YearMonth> months = new ArrayList<>();
        for (int back = monthsBack; back >= 0; back--) {
            months.add(now.minusMonths(back));
        }
        if (record.epoch() > FIRST_EPOCH) {
            rebuild.oldestMonth(months.get(0));
        }
        // Days of one month may name blocks of the other, so all days come first.
        for (YearMonth month : months) {
            step = step.thenCompose(done -> stores.catalogue().readActivity(shard, month, rebuild::activity));
        }
        for (YearMonth month : months) {
            step = step.thenCompose(
                    done -> stores.catalogue().readBlocks(shard, month, block -> rebuild.catalogueBlock(month, block)));
        }
        if (record.checkpoint().isPresent()) {
            step = step.thenCompose(
                    done -> stores.heads().read(shard, record.checkpoint().get(), rebuild::heads));
        }
        if (taken.toRead.size() == 1) {
            Map.Entry<Incarnation, LogPosition> only =
                    taken.toRead.entrySet().iterator().next();
            step = step.thenCompose(done ->
                    replay.replay(only.getKey(), shard, only.getValue(), (position, part) -> rebuild.replay(part)));
        } else {
            step = replayInOrder(taken, rebuild, step);
        }
        return step.thenApplyAsync(done -> rebuild.finish(), work);
    }

    private record Read(LogPosition position, io.pharos.sharding.log.LogBlob.Part part) {}

    /** Of two values for one time the first admitted wins, so several logs are gathered and put in the order of epochs. */
    private CompletionStage<Void> replayInOrder(Taken taken, Rebuild rebuild, CompletionStage<Void> before) {
        List<Read> all = new ArrayList<>();
        CompletionStage<Void> step = before;
        for (Map.Entry<Incarnation, LogPosition> source : taken.toRead.entrySet()) {
            step = step.thenCompose(done -> replay.replay(
                    source.getKey(),
                    taken.record.shard(),
                    source.getValue(),
                    (position, part) -> all.add(new Read(position, part))));
        }
        return step.thenAccept(done -> {
            all.sort(Comparator.comparingLong((Read read) -> read.part.epoch()).thenComparing(Read::position));
            for (Read read : all) {
                rebuild.replay(read.part);
            }
        });
    }
}
