package io.pharos.sharding.shard;

import io.pharos.sharding.log.LogSection;
import io.pharos.sharding.series.SeriesEntity;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.histogram.EncodedHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Admits one part: decides about each sample, tells the series, and sends what was admitted to the log. Used once. */
final class Admission {
    private static final LogSection.Definition[] NOTHING_NEW = {};
    private static final byte[] NO_REASONS = {};
    private static final long[] NO_LONGS = {};

    /** What was kept, where something was refused. */
    private record Columns(
            long[] times, double[] values, @Nullable EncodedHistogram @Nullable [] histograms) {}

    private final OwnedShard owner;
    private final ShardContext shared;
    private final SeriesTable table;
    private final int shard;
    private final AppendPart part;
    private final @Nullable EncodedHistogram @Nullable [] histograms;
    private final int[] refs;
    private int kept;
    private int late;
    private int repeated;
    private LogSection.Definition[] named = NOTHING_NEW;
    private int namedCount;
    private int[] refused = AppendPart.NO_INTS;
    private byte[] reasons = NO_REASONS;
    private long[] stored = NO_LONGS;
    private int refusedCount;
    private @Nullable Columns columns;

    Admission(OwnedShard owner, ShardContext shared, int shard, AppendPart part) {
        this.owner = owner;
        this.shared = shared;
        this.shard = shard;
        this.part = part;
        this.histograms = part.histograms();
        this.table = owner.table();
        this.refs = new int[part.timestamps().length];
    }

    void run(AppendReply.Receiver replyTo) {
        long now = shared.clock().millis();
        int known = part.refs().length;
        int[] newRefs = part.newCount() == 0 ? AppendPart.NO_INTS : new int[part.newCount()];
        int sample = 0;
        if (known > 1 && warm() < 0) {
            throw new IllegalStateException("a series has a negative number of samples");
        }
        for (int series = 0; series < known; series++) {
            sample = admit(table.slot(part.refs()[series]), sample, part.end(series), now, 0, 0);
        }
        for (int i = 0; i < part.newCount(); i++) {
            int from = i == 0 ? 0 : part.newLabelEnds()[i - 1];
            int to = part.newLabelEnds()[i];
            SeriesSlot slot = owner.known(part.newLabels(), from, to);
            int end = part.end(known + i);
            if (slot == null) {
                newRefs[i] = -1;
                for (; sample < end; sample++) {
                    refuse(sample, owner.limit(), owner.limitReached());
                }
            } else {
                newRefs[i] = slot.ref();
                sample = admit(slot, sample, end, now, from, to);
            }
        }
        owner.admitted(kept);
        shared.metrics().admitted(kept, repeated, late);
        AppendReply.Appended reply = new AppendReply.Appended(
                shard,
                part.part(),
                owner.epoch(),
                newRefs,
                Arrays.copyOf(refused, refusedCount),
                Arrays.copyOf(reasons, refusedCount),
                Arrays.copyOf(stored, refusedCount));
        if (kept == 0) {
            replyTo.tell(reply);
        } else {
            send(reply, replyTo);
        }
    }

    /*
     * A series' memory is cold when its sample comes: about ten lines of it, each reached through the one before. Walking there for
     * all series of the part in a loop that does nothing else lets the misses of several series overlap.
     */
    private int warm() {
        int sum = 0;
        for (int ref : part.refs()) {
            sum |= table.slot(ref).warm();
        }
        return sum;
    }

    private int admit(SeriesSlot slot, int from, int end, long now, int labelsFrom, int labelsTo) {
        int ref = slot.ref();
        int keptBefore = kept;
        boolean onlyRepeats = true;
        akka.actor.ActorRef actor = slot.actor();
        for (int i = from; i < end; i++) {
            long time = part.timestamps()[i];
            double value = part.values()[i];
            int verdict = table.admit(ref, time, Double.doubleToRawLongBits(value), now);
            if (verdict == SeriesTable.IN_ORDER) {
                onlyRepeats = false;
                if (actor == null) {
                    actor = owner.actorOf(slot);
                }
                actor.tell(message(i, time, value), akka.actor.ActorRef.noSender());
            } else if (verdict == SeriesTable.LATE) {
                onlyRepeats = false;
                if (actor == null) {
                    actor = owner.actorOf(slot);
                }
                actor.tell(lateMessage(i, time, value), akka.actor.ActorRef.noSender());
                late++;
            } else if (verdict == SeriesTable.REPEATED) {
                // Whether the log has the first one is not known here, so a repeat is logged again, never just nodded
                // at.
                repeated++;
            } else {
                refuse(i, OwnedShard.reason(verdict), table.collided());
                continue;
            }
            keep(i, ref);
        }
        // A repeat does not make a series part of the next heads, which name what a section before a cut and written
        // after
        // it uses; so it names itself.
        if (kept > keptBefore && (onlyRepeats || !table.has(ref, SeriesTable.NAMED_IN_LOG))) {
            name(slot, labelsFrom, labelsTo);
        }
        return end;
    }

    private SeriesEntity.Message message(int sample, long time, double value) {
        EncodedHistogram histogram = histograms == null ? null : histograms[sample];
        return histogram == null
                ? new SeriesEntity.Sample(time, value)
                : new SeriesEntity.HistogramSample(time, histogram.histogram());
    }

    private SeriesEntity.Message lateMessage(int sample, long time, double value) {
        EncodedHistogram histogram = histograms == null ? null : histograms[sample];
        return histogram == null
                ? new SeriesEntity.LateSample(time, value)
                : new SeriesEntity.LateHistogram(time, histogram.histogram());
    }

    /** Kept samples move down in the columns only when one before them was refused. */
    private void keep(int sample, int ref) {
        refs[kept] = ref;
        if (columns != null) {
            columns.times[kept] = part.timestamps()[sample];
            columns.values[kept] = part.values()[sample];
            if (columns.histograms != null && histograms != null) {
                columns.histograms[kept] = histograms[sample];
            }
        }
        kept++;
    }

    private void refuse(int sample, byte reason, long collided) {
        if (columns == null) {
            columns = new Columns(
                    part.timestamps().clone(), part.values().clone(), histograms == null ? null : histograms.clone());
        }
        if (refusedCount == refused.length) {
            int length = Math.max(8, 2 * refusedCount);
            refused = Arrays.copyOf(refused, length);
            reasons = Arrays.copyOf(reasons, length);
            stored = Arrays.copyOf(stored, length);
        }
        refused[refusedCount] = sample;
        reasons[refusedCount] = reason;
        stored[refusedCount++] = collided;
    }

    private void name(SeriesSlot slot, int labelsFrom, int labelsTo) {
        byte[] labels = null;
        if (!table.has(slot.ref(), SeriesTable.IN_CATALOGUE)) {
            labels = labelsTo > labelsFrom
                    ? Arrays.copyOfRange(part.newLabels(), labelsFrom, labelsTo)
                    : owner.canonicalLabels(slot);
        }
        if (namedCount == named.length) {
            named = Arrays.copyOf(named, Math.max(8, 2 * namedCount));
        }
        named[namedCount++] = new LogSection.Definition(slot.ref(), slot.id(), labels);
    }

    private void send(AppendReply.Appended reply, AppendReply.Receiver replyTo) {
        LogSection.Definition[] definitions = namedCount == named.length ? named : Arrays.copyOf(named, namedCount);
        Columns own = columns;
        @Nullable EncodedHistogram[] logged = own == null ? histograms : own.histograms;
        long bytes = 16L * kept + EncodedHistogram.memoryBytes(logged, 0, kept);
        int generation = owner.generation();
        shared.unloggedBytes().addAndGet(bytes);
        LogEra era = owner.era();
        era.begin();
        owner.log(new LogSection(
                shard,
                owner.epoch(),
                kept,
                refs,
                own == null ? part.timestamps() : own.times,
                own == null ? part.values() : own.values,
                logged,
                definitions,
                outcome -> {
                    owner.outcome(outcome, bytes, definitions, generation, reply, replyTo);
                    era.end();
                }));
    }
}
