package io.pharos.sharding.rollup;

import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.RolledDays;
import io.pharos.timeseries.store.RollupProgressStore.Mark;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.Stores;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rolls up what is due of one shard in one epoch: pieces in their order, then days marked as due again. Blocks; one thread. */
final class ShardRollUp {
    private static final Logger LOG = LoggerFactory.getLogger(ShardRollUp.class);
    private static final long DAY_MILLIS = 86_400_000L;
    /** A day that is made within a tenth of this does not wait. */
    private static final long FREE_NANOS = Duration.ofSeconds(10).toNanos();

    private static final Duration CLOSE_PATIENCE = Duration.ofMinutes(2);

    private final Stores stores;
    private final RollUpSettings settings;
    private final RollUpMetrics metrics;
    private final InstantSource clock;
    private final OpenShard shard;
    private final PastIndex past;
    private final RolledDays rolled;
    private final BooleanSupplier stillOurs;
    /** Until when a marked day waits, by System.nanoTime: to make a day again and again takes at most a tenth of the time. */
    private final Map<Long, Long> waiting = new HashMap<>();

    ShardRollUp(
            Stores stores,
            RollUpSettings settings,
            RollUpMetrics metrics,
            InstantSource clock,
            OpenShard shard,
            PastIndex past,
            BooleanSupplier stillOurs) {
        this.stores = stores;
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.shard = shard;
        this.past = past;
        this.rolled = shard.rolled();
        this.stillOurs = stillOurs;
    }

    /** The shard and epoch it works for. */
    OpenShard shard() {
        return shard;
    }

    /**
     * Does all that is due now, as long as the shard is ours.
     *
     * @param lateMillis after so much time no sample of raw data is expected any more in this shard
     */
    void run(long lateMillis) {
        while (stillOurs.getAsBoolean()) {
            long now = clock.millis();
            Map<Long, Long> until = until();
            Optional<Piece> due = Piece.due(
                    settings.tiers(),
                    now,
                    now - lateMillis,
                    resolution -> until.getOrDefault(resolution, Long.MIN_VALUE));
            if (due.isEmpty()) {
                break;
            }
            if (!make(due.get(), until)) {
                return;
            }
        }
        if (stillOurs.getAsBoolean()) {
            again();
        }
    }

    private Map<Long, Long> until() {
        Map<Long, Long> until = new HashMap<>();
        for (long resolution : settings.tiers().resolutions()) {
            until.put(resolution, Waiting.on(rolled.until(resolution)));
        }
        return until;
    }

    private boolean make(Piece piece, Map<Long, Long> until) {
        if (piece.sourceMillis() == 0 && !close(piece.toMillis())) {
            return false;
        }
        boolean isFirst = until.getOrDefault(piece.resolutionMillis(), Long.MIN_VALUE) == Long.MIN_VALUE;
        try {
            Optional<PieceMaker> maker = maker(piece);
            if (maker.isEmpty() || !maker.get().make(piece)) {
                return false;
            }
        } catch (RuntimeException failure) {
            if (isFirst) {
                // Where it begins is written down, so that it is known to be behind however long this lasts.
                Waiting.on(rolled.advance(piece.resolutionMillis(), piece.afterMillis()));
            }
            throw failure;
        }
        if (!isFirst) {
            rememberLost(piece, until.getOrDefault(piece.resolutionMillis(), piece.afterMillis()));
        }
        Waiting.on(rolled.advance(piece.resolutionMillis(), piece.toMillis()));
        metrics.piece();
        LOG.debug("shard {}: {} is made", shard.shard(), piece);
        return true;
    }

    /** Days between what was made and the end of this piece that came too late: what they are made of has begun to go. */
    private void rememberLost(Piece piece, long untilMillis) {
        List<Long> lost = piece.lostDays(settings.tiers(), untilMillis, clock.millis());
        if (!lost.isEmpty()) {
            Waiting.on(rolled.lost(lost.stream()
                    .map(day -> Mark.unmade(piece.resolutionMillis(), day))
                    .toList()));
            metrics.lost(lost.size());
            LOG.error(
                    "shard {}: {} days from {} on could not be rolled up whole to {}, what they are made of was gone;"
                            + " queries over them say so",
                    shard.shard(),
                    lost.size(),
                    LocalDate.ofEpochDay(lost.get(0)),
                    RollupTier.text(piece.resolutionMillis()));
        }
    }

    /** None while a deletion of the shard is on its way: the next look comes soon. */
    private Optional<PieceMaker> maker(Piece piece) {
        OptionalInt sequence = shard.table().masks().beginPiece();
        return sequence.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new PieceMaker(stores, settings, metrics, shard, past, piece, sequence.getAsInt(), stillOurs));
    }

    /** Everything of the piece is in the store, and what comes later marks its day. */
    private boolean close(long untilMillis) {
        return Waiting.on(shard.close(untilMillis, CLOSE_PATIENCE));
    }

    private void again() {
        Map<Long, List<Mark>> byDay = new TreeMap<>();
        List<Mark> marks = Waiting.on(stores.rollupProgress().marks(shard.shard()));
        rolled.found(marks);
        // After they were read and before the first day is: a chunk that finds its day marked is then either older than
        // what
        // is read now, or relies on a mark that is not one of these.
        rolled.forgetMarks();
        forgetLost(marks);
        for (Mark mark : marks.stream().filter(Mark::isDue).toList()) {
            byDay.computeIfAbsent(mark.day(), added -> new ArrayList<>()).add(mark);
        }
        if (byDay.isEmpty() || settings.tiers().resolutions().isEmpty()) {
            return;
        }
        Map<Long, Long> until = until();
        waiting.keySet().retainAll(byDay.keySet());
        int made = 0;
        for (Map.Entry<Long, List<Mark>> day : byDay.entrySet()) {
            long started = System.nanoTime();
            if (started - waiting.getOrDefault(day.getKey(), started) < 0) {
                continue;
            }
            try {
                if (!again(day.getKey(), until, day.getValue())) {
                    return;
                }
                made++;
            } catch (RuntimeException failure) {
                // The days behind it do not wait for this one.
                metrics.failed();
                LOG.warn(
                        "shard {}: day {} is not rolled up again yet, next try soon: {}",
                        shard.shard(),
                        day.getKey(),
                        failure.toString());
            }
            long ended = System.nanoTime();
            waiting.put(day.getKey(), ended + Math.max(0, 10 * (ended - started) - FREE_NANOS));
        }
        if (made > 0) {
            LOG.info("shard {}: {} days of late samples are rolled up again", shard.shard(), made);
        }
    }

    /** Days nobody has anything of any more are not worth a word. */
    private void forgetLost(List<Mark> marks) {
        long kept = Math.floorDiv(clock.millis() - settings.tiers().longestMillis(), DAY_MILLIS);
        List<Mark> over = marks.stream()
                .filter(mark -> !mark.isDue() && mark.day() < kept)
                .toList();
        if (!over.isEmpty()) {
            unmark(over);
        }
    }

    private void unmark(List<Mark> marks) {
        Waiting.on(stores.rollupProgress().unmark(shard.shard(), marks));
        rolled.unmarked(marks);
    }

    private boolean again(long day, Map<Long, Long> until, List<Mark> marks) {
        Piece piece = Piece.ofDay(settings.tiers().resolutions().get(0), day);
        boolean partly = piece.afterMillis() < clock.millis() - settings.tiers().rawShortestKeptMillis() + DAY_MILLIS;
        Optional<PieceMaker> maker = maker(piece);
        if (maker.isEmpty() || !maker.get().makeAgain(piece, until, partly)) {
            return false;
        }
        unmark(marks);
        metrics.again();
        LOG.debug("shard {}: day {} is rolled up again, samples of it came late", shard.shard(), day);
        return true;
    }
}
