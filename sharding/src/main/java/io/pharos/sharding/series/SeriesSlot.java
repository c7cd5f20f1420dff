package io.pharos.sharding.series;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import org.jspecify.annotations.Nullable;

/**
 * The place of one series in its shard: who it is, its actor while it lives, and its published view. The view may be read by any
 * thread; it is written by the series' actor (or, before that exists, by recovery). The rest belongs to the shard.
 */
public final class SeriesSlot {
    private final int ref;
    private final SeriesId id;
    private final long metricHash;
    private volatile SeriesView view;
    private akka.actor.@Nullable ActorRef actor;
    private long cataloguePlace = -1;
    private int firstDay = Integer.MAX_VALUE;
    private int lastDay = Integer.MIN_VALUE;
    private volatile @Nullable Labels labelsKept;

    /** A slot without an actor. */
    public SeriesSlot(int ref, SeriesId id, long metricHash, SeriesView view) {
        this.ref = ref;
        this.id = id;
        this.metricHash = metricHash;
        this.view = view;
    }

    /** Its number in this shard and epoch. */
    public int ref() {
        return ref;
    }

    public SeriesId id() {
        return id;
    }

    /** Hash of the metric's name. */
    public long metricHash() {
        return metricHash;
    }

    /** What it holds in memory now. Any thread. */
    public SeriesView view() {
        return view;
    }

    /** Reads what a sample of this series will touch; the number, never negative, means nothing. */
    public int warm() {
        io.pharos.timeseries.chunk.HeadChunk head = view.head();
        int sum = head == null ? 0 : head.warm();
        akka.actor.ActorRef current = actor;
        if (current instanceof akka.actor.LocalActorRef local
                && local.underlying().mailbox().hasMessages()) {
            sum++;
        }
        return sum;
    }

    void publish(SeriesView next) {
        view = next;
    }

    /** Its actor, or null while the series is idle. The shard's thread only. */
    public akka.actor.@Nullable ActorRef actor() {
        return actor;
    }

    /** Sets or clears the actor. The shard's thread only. */
    public void actor(akka.actor.@Nullable ActorRef next) {
        actor = next;
    }

    /** Where the month's catalogue has it: the shard's number of the block in the high half, the place in it in the low; -1 for nowhere. */
    public long cataloguePlace() {
        return cataloguePlace;
    }

    /** Remembers where the catalogue has it. The shard's thread only. */
    public void cataloguePlace(long place) {
        cataloguePlace = place;
    }

    /** The series lived on a UTC day (days since 1970). The shard's thread, or recovery. */
    public void livedOn(long epochDay) {
        int day = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, epochDay));
        firstDay = Math.min(firstDay, day);
        lastDay = Math.max(lastDay, day);
    }

    /** Whether the series may have lived between two UTC days, both inclusive. Any thread; what is seen may be moments old. */
    public boolean mayHaveLived(long fromDay, long toDay) {
        return firstDay <= toDay && lastDay >= fromDay;
    }

    /** Whether the series is known to have lived on a UTC day or after it. */
    public boolean livedSince(long day) {
        return lastDay >= day;
    }

    /** It leaves its table: who holds this slot still finds its labels. */
    void leave(Labels labels) {
        labelsKept = labels;
    }

    /** Whether it left its table: nobody may bring anything into its memory any more. */
    public boolean hasLeft() {
        return labelsKept != null;
    }

    /** The labels of one that left. */
    @Nullable
    Labels labelsKept() {
        return labelsKept;
    }

    /** Until when a series nothing is in memory of may have stored samples: the end of the last day it is known to have lived on. */
    long storedUntilMillis() {
        return lastDay == Integer.MIN_VALUE ? Long.MIN_VALUE : (lastDay + 1L) * 86_400_000L;
    }
}
