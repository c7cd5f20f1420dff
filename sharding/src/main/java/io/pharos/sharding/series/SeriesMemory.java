package io.pharos.sharding.series;

import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.SealedChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the memory of a series changes: samples into the head, late ones beside it, both sealed together, old chunks let go. Not
 * thread-safe: the series' actor, or recovery before that exists.
 */
public final class SeriesMemory {
    private static final long DAY_MILLIS = 86_400_000L;

    private final SealSettings settings;
    private final Sealer sealer;

    /** Receives what was sealed. */
    public interface Sealer {
        /** The next number of a chunk in this epoch. */
        int nextSequence();

        /** A chunk was sealed and must become durable. */
        void sealed(SeriesSlot slot, HotChunk chunk);

        /** Chunks were let go. */
        void evicted(int bytes);

        /** A series cannot go on: its shard must be recovered. */
        void failed(SeriesSlot slot, RuntimeException cause);
    }

    /** Memory rules with their receiver. */
    public SeriesMemory(SealSettings settings, Sealer sealer) {
        this.settings = settings;
        this.sealer = sealer;
    }

    /** Appends a sample later than every other of the series. */
    public void append(SeriesSlot slot, long timeMillis, double value) {
        HeadChunk head = slot.view().head();
        if (head != null && head.count() > 0 && full(head, timeMillis)) {
            seal(slot);
            head = null;
        }
        if (head == null) {
            head = new HeadChunk();
            head.append(timeMillis, value);
            SeriesView view = slot.view();
            // Cold means that chunks may be stored up to the end of the last day it lived on; from then on all is in
            // memory.
            long hotFrom = view.hotFromMillis() == Long.MAX_VALUE
                    ? Math.max(timeMillis, slot.storedUntilMillis())
                    : view.hotFromMillis();
            slot.publish(view.withHead(head, hotFrom));
        } else {
            head.append(timeMillis, value);
        }
    }

    private boolean full(HeadChunk head, long timeMillis) {
        long first = head.firstTimestampMillis();
        return head.count() >= settings.samples()
                || timeMillis - first >= settings.span().toMillis()
                || Math.floorDiv(timeMillis, DAY_MILLIS) != Math.floorDiv(first, DAY_MILLIS);
    }

    /** The series cannot go on. */
    void failed(SeriesSlot slot, RuntimeException cause) {
        sealer.failed(slot, cause);
    }

    /** Adds a sample before the last one, at a time where there is none. */
    public void late(SeriesSlot slot, long timeMillis, double value) {
        SeriesView view = slot.view();
        int found = Arrays.binarySearch(view.lateTimes(), timeMillis);
        if (found >= 0) {
            return;
        }
        int at = -found - 1;
        int count = view.lateTimes().length;
        long[] times = Arrays.copyOf(view.lateTimes(), count + 1);
        double[] values = Arrays.copyOf(view.lateValues(), count + 1);
        System.arraycopy(times, at, times, at + 1, count - at);
        System.arraycopy(values, at, values, at + 1, count - at);
        times[at] = timeMillis;
        values[at] = value;
        slot.publish(new SeriesView(view.sealed(), view.head(), times, values, view.hotFromMillis()));
        if (count + 1 >= settings.lateSamples()) {
            sealLate(slot);
        }
    }

    /** Seals the head and the late samples, a chunk for each UTC day; readers see either the old view or the new one. */
    public void seal(SeriesSlot slot) {
        SeriesView view = slot.view();
        if (view.allSealed()) {
            return;
        }
        List<SampleIterator> sources = new ArrayList<>(2);
        HeadChunk head = view.head();
        if (head != null) {
            sources.add(head.iterator());
        }
        int most = (head == null ? 0 : head.count()) + view.lateTimes().length;
        long[] times = new long[most];
        double[] values = new double[most];
        int count = 0;
        SeriesView onlyLate = new SeriesView(new HotChunk[0], null, view.lateTimes(), view.lateValues(), 0);
        onlyLate.collect(Long.MIN_VALUE, Long.MAX_VALUE, sources);
        SampleIterator samples = SeriesView.merged(sources);
        while (samples.next()) {
            times[count] = samples.timestampMillis();
            values[count++] = samples.value();
        }
        encode(slot, view, null, new long[0], new double[0], times, values, count);
    }

    private void sealLate(SeriesSlot slot) {
        SeriesView view = slot.view();
        encode(
                slot,
                view,
                view.head(),
                new long[0],
                new double[0],
                view.lateTimes(),
                view.lateValues(),
                view.lateTimes().length);
    }

    private void encode(
            SeriesSlot slot,
            SeriesView view,
            @org.jspecify.annotations.Nullable HeadChunk head,
            long[] lateTimes,
            double[] lateValues,
            long[] times,
            double[] values,
            int count) {
        List<HotChunk> chunks = new ArrayList<>(1);
        for (int from = 0; from < count; ) {
            long day = Math.floorDiv(times[from], DAY_MILLIS);
            int to = from + 1;
            while (to < count && Math.floorDiv(times[to], DAY_MILLIS) == day && to - from < SealedChunk.SAMPLES_MAX) {
                to++;
            }
            chunks.add(new HotChunk(
                    SealedChunk.encode(times, values, from, to), times[from], times[to - 1], sealer.nextSequence()));
            from = to;
        }
        HotChunk[] sealed = Arrays.copyOf(view.sealed(), view.sealed().length + chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            sealed[view.sealed().length + i] = chunks.get(i);
        }
        slot.publish(new SeriesView(sealed, head, lateTimes, lateValues, view.hotFromMillis()));
        for (HotChunk chunk : chunks) {
            sealer.sealed(slot, chunk);
        }
    }

    /** Lets durable chunks go whose samples are all before a time. */
    public void evict(SeriesSlot slot, long beforeMillis) {
        SeriesView view = slot.view();
        int kept = 0;
        int bytes = 0;
        long hotFrom = view.hotFromMillis();
        HotChunk[] rest = new HotChunk[view.sealed().length];
        HeadChunk head = view.head();
        // What lies in the time of the open chunk stays with it: a checkpoint's heads need it too.
        long before =
                head == null || head.count() == 0 ? beforeMillis : Math.min(beforeMillis, head.firstTimestampMillis());
        for (HotChunk chunk : view.sealed()) {
            if (chunk.durable() && chunk.endMillis() < before) {
                bytes += chunk.memoryBytes();
                hotFrom = Math.max(hotFrom, chunk.endMillis() + 1);
            } else {
                rest[kept++] = chunk;
            }
        }
        if (bytes > 0) {
            slot.publish(new SeriesView(
                    Arrays.copyOf(rest, kept), view.head(), view.lateTimes(), view.lateValues(), hotFrom));
            sealer.evicted(bytes);
        }
    }

    /** Recovery: every sample at or after a time that the series may have is in memory. */
    public static void storedBefore(SeriesSlot slot, long millis) {
        SeriesView view = slot.view();
        if (view.hotFromMillis() > millis) {
            slot.publish(new SeriesView(view.sealed(), view.head(), view.lateTimes(), view.lateValues(), millis));
        }
    }

    /** Recovery: what a checkpoint's heads say; the slot was cold. */
    public static void restore(
            SeriesSlot slot,
            HotChunk[] sealed,
            @org.jspecify.annotations.Nullable HeadChunk head,
            long[] lateTimes,
            double[] lateValues,
            long lastTimeMillis) {
        // Whatever was sealed before lies before the head; without a head, at or before the last sample.
        long hotFrom = head == null || head.count() == 0 ? lastTimeMillis + 1 : head.firstTimestampMillis();
        slot.publish(new SeriesView(sealed, head, lateTimes, lateValues, hotFrom));
    }
}
