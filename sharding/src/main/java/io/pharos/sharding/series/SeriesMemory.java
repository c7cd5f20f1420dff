package io.pharos.sharding.series;

import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.HistogramChunk;
import io.pharos.timeseries.chunk.HistogramHead;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.SealedChunk;
import io.pharos.timeseries.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the memory of a series changes: samples into the head, late ones beside it, both sealed together, old chunks let go. Not
 * thread-safe: the series' actor, or recovery before that exists.
 */
public final class SeriesMemory {
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};

    private final SealSettings settings;
    private final Sealer sealer;
    private long evictions;

    /** Receives what was sealed. */
    public interface Sealer {
        /** The epoch in which chunks are sealed. */
        long epoch();

        /** The next number of a chunk in this epoch. */
        int nextSequence();

        /** A chunk was sealed and must become durable. */
        void sealed(SeriesSlot slot, HotChunk chunk);

        /** Chunks were let go. */
        void evicted(int bytes);

        /** Chunks that the store has came back into memory. */
        void loaded(int bytes);

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
            slot.publish(view.withHead(head, hotFrom(slot, view, timeMillis)));
        } else {
            head.append(timeMillis, value);
        }
    }

    /** Appends a histogram later than every other sample of the series. */
    public void append(SeriesSlot slot, long timeMillis, Histogram histogram) {
        OpenHistograms open = slot.view().histograms();
        HistogramHead head = open == null ? null : open.head();
        if (head != null && full(head, timeMillis)) {
            seal(slot);
            open = null;
            head = null;
        }
        if (head == null) {
            head = new HistogramHead();
            head.append(timeMillis, histogram);
            SeriesView view = slot.view();
            OpenHistograms next =
                    open == null ? OpenHistograms.of(head) : new OpenHistograms(head, open.lateTimes(), open.late());
            slot.publish(view.withHistograms(next, hotFrom(slot, view, timeMillis)));
        } else {
            head.append(timeMillis, histogram);
        }
    }

    /** Cold means that chunks may be stored up to the end of the last day it lived on; from then on all is in memory. */
    private static long hotFrom(SeriesSlot slot, SeriesView view, long timeMillis) {
        return view.hotFromMillis() == Long.MAX_VALUE
                ? Math.max(timeMillis, slot.storedUntilMillis())
                : view.hotFromMillis();
    }

    private boolean full(HistogramHead head, long timeMillis) {
        return head.sizeBytes() >= HistogramSealing.CHUNK_BYTES_MAX
                || head.count() >= HistogramChunk.SAMPLES_MAX
                || full(head.count(), head.firstTimestampMillis(), timeMillis);
    }

    private boolean full(HeadChunk head, long timeMillis) {
        return full(head.count(), head.firstTimestampMillis(), timeMillis);
    }

    private boolean full(int count, long first, long timeMillis) {
        return count >= settings.samples()
                || timeMillis - first >= settings.span().toMillis()
                || Math.floorDiv(timeMillis, DAY_MILLIS) != Math.floorDiv(first, DAY_MILLIS);
    }

    /** The series cannot go on. */
    void failed(SeriesSlot slot, RuntimeException cause) {
        sealer.failed(slot, cause);
    }

    /*
     * Of two samples of one time the first admitted stays, in memory as in the log. Admission decides about a whole part before the
     * series has seen any of it, so a part that has one time twice comes to here; of two numbers the open chunk's is read
     * first, of a number and a histogram neither would be known to be the first.
     */
    /** Adds a sample before the last one, at a time where there is none; where there is one, that stays. */
    public void late(SeriesSlot slot, long timeMillis, double value) {
        SeriesView view = slot.view();
        int found = Arrays.binarySearch(view.lateTimes(), timeMillis);
        if (found >= 0 || view.histograms() != null && view.hasOpen(timeMillis)) {
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
        slot.publish(view.withLate(times, values));
        if (count + 1 >= settings.lateSamples()) {
            sealLate(slot);
        }
    }

    /** Adds a histogram before the last sample, at a time where there is none; where there is one, that stays. */
    public void late(SeriesSlot slot, long timeMillis, Histogram histogram) {
        SeriesView view = slot.view();
        OpenHistograms open = view.histograms();
        if (view.hasOpen(timeMillis)) {
            return;
        }
        OpenHistograms next = (open == null ? OpenHistograms.of(null) : open).withLate(timeMillis, histogram);
        slot.publish(view.withHistograms(next, view.hotFromMillis()));
        if (next.late().length >= settings.lateSamples()) {
            sealLateHistograms(slot, next);
        }
    }

    /**
     * Seals what is open and the late samples, a chunk of numbers and one of histograms for each UTC day; readers see either the
     * old view or the new one.
     */
    public void seal(SeriesSlot slot) {
        SeriesView view = slot.view();
        if (view.allSealed()) {
            return;
        }
        List<HotChunk> chunks = new ArrayList<>(1);
        HeadChunk head = view.head();
        int most = (head == null ? 0 : head.count()) + view.lateTimes().length;
        if (most > 0) {
            List<SampleIterator> sources = new ArrayList<>(2);
            view.collectOpenNumbers(sources);
            long[] times = new long[most];
            double[] values = new double[most];
            int count = 0;
            SampleIterator samples = SeriesView.merged(sources);
            while (samples.next()) {
                times[count] = samples.timestampMillis();
                values[count++] = samples.value();
            }
            encode(times, values, count, chunks);
        }
        OpenHistograms open = view.histograms();
        if (open != null) {
            List<SampleIterator> sources = new ArrayList<>(2);
            open.collect(Long.MIN_VALUE, Long.MAX_VALUE, sources);
            HistogramSealing.encode(SeriesView.merged(sources), sealer, chunks);
        }
        slot.publish(view.allSealed(chunks));
        chunks.forEach(chunk -> sealer.sealed(slot, chunk));
    }

    private void sealLate(SeriesSlot slot) {
        SeriesView view = slot.view();
        List<HotChunk> chunks = new ArrayList<>(1);
        encode(view.lateTimes(), view.lateValues(), view.lateTimes().length, chunks);
        slot.publish(
                view.withChunks(view.withMore(chunks), view.hotFromMillis()).withLate(NO_TIMES, NO_VALUES));
        chunks.forEach(chunk -> sealer.sealed(slot, chunk));
    }

    private void sealLateHistograms(SeriesSlot slot, OpenHistograms open) {
        SeriesView view = slot.view();
        List<SampleIterator> late = new ArrayList<>(1);
        open.collectLate(Long.MIN_VALUE, Long.MAX_VALUE, late);
        List<HotChunk> chunks = new ArrayList<>(1);
        HistogramSealing.encode(SeriesView.merged(late), sealer, chunks);
        OpenHistograms rest = open.head() == null ? null : OpenHistograms.of(open.head());
        slot.publish(view.withChunks(view.withMore(chunks), view.hotFromMillis())
                .withHistograms(rest, view.hotFromMillis()));
        chunks.forEach(chunk -> sealer.sealed(slot, chunk));
    }

    private void encode(long[] times, double[] values, int count, List<HotChunk> chunks) {
        for (int from = 0; from < count; ) {
            long day = Math.floorDiv(times[from], DAY_MILLIS);
            int to = from + 1;
            while (to < count && Math.floorDiv(times[to], DAY_MILLIS) == day && to - from < SealedChunk.SAMPLES_MAX) {
                to++;
            }
            chunks.add(new HotChunk(
                    SealedChunk.encode(times, values, from, to),
                    times[from],
                    times[to - 1],
                    sealer.epoch(),
                    sealer.nextSequence()));
            from = to;
        }
    }

    /** Lets durable chunks go whose samples are all before a time. */
    public void evict(SeriesSlot slot, long beforeMillis) {
        SeriesView view = slot.view();
        int kept = 0;
        int bytes = 0;
        long hotFrom = view.hotFromMillis();
        HotChunk[] rest = new HotChunk[view.sealed().length];
        // What lies in the time of the open chunk stays with it: a checkpoint's heads need it too.
        long before = Math.min(beforeMillis, view.openFromMillis());
        for (HotChunk chunk : view.sealed()) {
            if (chunk.durable() && chunk.endMillis() < before) {
                bytes += chunk.memoryBytes();
                hotFrom = Math.max(hotFrom, chunk.endMillis() + 1);
            } else {
                rest[kept++] = chunk;
            }
        }
        if (bytes > 0) {
            evictions++;
            slot.publish(view.withChunks(Arrays.copyOf(rest, kept), hotFrom));
            sealer.evicted(bytes);
        }
    }

    /** How often chunks were let go so far, of any series. */
    public long evictions() {
        return evictions;
    }

    /**
     * Takes chunks that the store has, which with those here are all that end at or after a time; false when that is not sure any more, or
     * when they are here already.
     *
     * @param stored in the order in which they were admitted
     * @param evictionsBefore what {@link #evictions} said before the store was asked: a chunk that became durable and went since then is
     *     neither here nor among those
     */
    public boolean load(SeriesSlot slot, HotChunk[] stored, long fromMillis, long evictionsBefore) {
        SeriesView view = slot.view();
        if (evictions != evictionsBefore || view.hotFromMillis() <= fromMillis) {
            return false;
        }
        List<HotChunk> all = new ArrayList<>(stored.length + view.sealed().length);
        List<HotChunk> here = new ArrayList<>(Arrays.asList(view.sealed()));
        int bytes = 0;
        for (HotChunk chunk : stored) {
            int known = place(here, chunk);
            if (known < 0) {
                bytes += chunk.memoryBytes();
            }
            // One that is here stands at its place in the store, since of two samples of one time the first admitted is
            // read.
            all.add(known < 0 ? chunk : here.remove(known));
        }
        all.addAll(here);
        slot.publish(view.withChunks(all.toArray(HotChunk[]::new), fromMillis));
        if (bytes > 0) {
            sealer.loaded(bytes);
        }
        return true;
    }

    private static int place(List<HotChunk> here, HotChunk stored) {
        for (int i = 0; i < here.size(); i++) {
            HotChunk chunk = here.get(i);
            if (chunk.startMillis() == stored.startMillis()
                    && chunk.endMillis() == stored.endMillis()
                    && Arrays.equals(chunk.bytes(), stored.bytes())) {
                return i;
            }
        }
        return -1;
    }

    /** Recovery: every sample at or after a time that the series may have is in memory. */
    public static void storedBefore(SeriesSlot slot, long millis) {
        SeriesView view = slot.view();
        if (view.hotFromMillis() > millis) {
            slot.publish(view.withChunks(view.sealed(), millis));
        }
    }

    /** The store has samples up to a time, inclusive, that never were here; what a load read before this is not all of them. */
    public void imported(SeriesSlot slot, long untilMillis) {
        evictions++;
        alsoStored(slot, untilMillis);
    }

    /** Samples up to a time, inclusive, may be in the chunk store only. Before the series' actor is there, or on its thread. */
    public static void alsoStored(SeriesSlot slot, long untilMillis) {
        SeriesView view = slot.view();
        if (view.hotFromMillis() <= untilMillis) {
            slot.publish(view.withChunks(view.sealed(), untilMillis + 1));
        }
    }

    /** Recovery: what a checkpoint's heads say; the slot was cold. */
    public static void restore(
            SeriesSlot slot,
            HotChunk[] sealed,
            @Nullable HeadChunk head,
            long[] lateTimes,
            double[] lateValues,
            @Nullable OpenHistograms histograms,
            long lastTimeMillis) {
        SeriesView view = new SeriesView(sealed, head, lateTimes, lateValues, lastTimeMillis + 1, histograms);
        // Whatever was sealed before lies before what is open; where nothing is, at or before the last sample.
        long openFrom = view.openFromMillis();
        slot.publish(openFrom == Long.MAX_VALUE ? view : view.withChunks(sealed, openFrom));
    }
}
