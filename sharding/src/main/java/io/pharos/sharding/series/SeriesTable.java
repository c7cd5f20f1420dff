package io.pharos.sharding.series;

import io.pharos.sharding.mask.MaskBook;
import io.pharos.sharding.mask.SeriesMasks;
import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.labels.SeriesIdentity;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of one shard in one epoch, numbered in the order they came, with what admission looks at in plain arrays. A number (ref)
 * is given once: of a series that left it means nobody any more. One thread writes; {@link #slotOrNull}, {@link #labels},
 * {@link #index}, {@link #size} and {@link #generation} may be asked by any thread.
 */
public final class SeriesTable {
    /** Admission: later than all others. */
    public static final int IN_ORDER = 0;
    /** Admission: before the last one, inside the window. */
    public static final int LATE = 1;
    /** Admission: already there with this very value. */
    public static final int REPEATED = 2;
    /** Admission: already there with another value. */
    public static final int DUPLICATE = 3;
    /** Admission: before the window. */
    public static final int TOO_OLD = 4;
    /** Admission: ahead of the clock. */
    public static final int TOO_FAR_AHEAD = 5;

    /** Flag: the log of this epoch names this ref since the last cut. */
    public static final int NAMED_IN_LOG = 1;
    /** Flag: the catalogue has the labels for good. */
    public static final int IN_CATALOGUE = 2;

    /** So long after the window a repeated sample is still known as one: the retry of one that was just inside. */
    private static final long RETRY_MILLIS = 300_000;

    private final LabelIndex index;
    private final MaskBook masks = new MaskBook();
    private final Long2IntOpenHashMap refByHigh = new Long2IntOpenHashMap();
    private final Map<SeriesId, Integer> collisions = new HashMap<>(0);
    private final long windowMillis;
    private final long aheadMillis;
    private volatile @Nullable SeriesSlot[] slots = new SeriesSlot[64];
    private volatile int size;
    private volatile int generation;
    private long[] lastTimes = new long[64];
    private long[] lastBits = new long[64];
    private byte[] flags = new byte[64];
    private long collided;
    private volatile long knownFromMillis = Long.MIN_VALUE;
    private final long[] found = new long[1];

    /**
     * An empty table.
     *
     * @param windowMillis how far before the last sample of its series a sample may lie
     * @param aheadMillis how far ahead of the clock
     */
    public SeriesTable(StringPool strings, long windowMillis, long aheadMillis) {
        this.index = new LabelIndex(strings);
        this.windowMillis = windowMillis;
        this.aheadMillis = aheadMillis;
        refByHigh.defaultReturnValue(-1);
    }

    /** The number of refs given, those of series that left included. */
    public int size() {
        return size;
    }

    /** The number of series. */
    public int liveCount() {
        return index.size();
    }

    /**
     * Odd while series leave, and another one after that. Who looks into the catalogue and here takes it before and looks at it after that: if it
     * is even and the same, no series was in neither.
     */
    public int generation() {
        return generation;
    }

    /**
     * From when on every series that had a sample is here. One that had its last before this left, or an earlier owner had it, and it is only in
     * the months of the catalogue; and of those here it is not known whether they lived before this.
     */
    public long knownFromMillis() {
        return knownFromMillis;
    }

    /** Recovery: of what was before a time the catalogue was not read. */
    public void knownFrom(long millis) {
        knownFromMillis = millis;
    }

    /** Finds series by labels. */
    public LabelIndex index() {
        return index;
    }

    /** The deletions of this shard. Any thread. */
    public MaskBook masks() {
        return masks;
    }

    /** The slot of a series that is here. */
    public SeriesSlot slot(int ref) {
        SeriesSlot slot = slots[ref];
        if (slot == null) {
            throw new IllegalStateException("series " + ref + " left");
        }
        return slot;
    }

    /** Whether each of some refs, given by whom so ever, is one of a series that is here. */
    public boolean hasAll(int[] refs) {
        SeriesSlot[] all = slots;
        int given = size;
        for (int ref : refs) {
            if (ref < 0 || ref >= given || all[ref] == null) {
                return false;
            }
        }
        return true;
    }

    /** The labels of a slot that was taken from here, also when its series left since then. */
    public @Nullable Labels labels(SeriesSlot slot) {
        Labels labels = index.labels(slot.ref());
        if (labels == null) {
            VarHandle.acquireFence();
            labels = slot.labelsKept();
        }
        return labels;
    }

    /** The ref of a series, or -1. */
    public int ref(SeriesId id) {
        int ref = refByHigh.get(id.high());
        if (ref >= 0 && slot(ref).id().low() != id.low()) {
            Integer other = collisions.get(id);
            return other == null ? -1 : other;
        }
        return ref;
    }

    /** Adds a series that is not there. */
    public SeriesSlot add(Labels labels, SeriesIdentity identity, SeriesView view) {
        int ref = size;
        if (ref == lastTimes.length) {
            int length = ref + (ref >> 1);
            lastTimes = Arrays.copyOf(lastTimes, length);
            lastBits = Arrays.copyOf(lastBits, length);
            flags = Arrays.copyOf(flags, length);
            slots = Arrays.copyOf(slots, length);
        }
        SeriesSlot slot = new SeriesSlot(ref, identity.id(), identity.metricHash(), view);
        lastTimes[ref] = Long.MIN_VALUE;
        slots[ref] = slot;
        if (refByHigh.putIfAbsent(identity.id().high(), ref) >= 0) {
            collisions.put(identity.id(), ref);
        }
        size = ref + 1;
        index.add(ref, labels);
        return slot;
    }

    /** Time of the last sample of a series; the smallest long where none is known. */
    public long lastTime(int ref) {
        return lastTimes[ref];
    }

    /** Bits of the last value. */
    public long lastBits(int ref) {
        return lastBits[ref];
    }

    /** Sets the last sample of a series. */
    public void last(int ref, long timeMillis, long bits) {
        lastTimes[ref] = timeMillis;
        lastBits[ref] = bits;
    }

    /** Whether a flag is set. */
    public boolean has(int ref, int flag) {
        return (flags[ref] & flag) != 0;
    }

    /** Sets a flag. */
    public void set(int ref, int flag) {
        flags[ref] |= (byte) flag;
    }

    /** Clears a flag of a series. */
    public void clear(int ref, int flag) {
        flags[ref] &= (byte) ~flag;
    }

    /** Decides about a sample and remembers it when it is the newest. */
    public int admit(int ref, long timeMillis, long bits, long nowMillis) {
        long last = lastTimes[ref];
        if (timeMillis > last) {
            if (timeMillis - nowMillis > aheadMillis) {
                collided = nowMillis;
                return TOO_FAR_AHEAD;
            }
            lastTimes[ref] = timeMillis;
            lastBits[ref] = bits;
            return IN_ORDER;
        }
        if (timeMillis == last && !isDeleted(ref, timeMillis)) {
            collided = lastBits[ref];
            return bits == collided ? REPEATED : DUPLICATE;
        }
        return admitLate(ref, timeMillis, bits, last);
    }

    private int admitLate(int ref, long timeMillis, long bits, long last) {
        collided = last;
        if (last - timeMillis > windowMillis + RETRY_MILLIS) {
            return TOO_OLD;
        }
        if (slot(ref).view().find(timeMillis, masksAt(ref, timeMillis), found)) {
            if (found[0] == bits) {
                return REPEATED;
            }
            collided = found[0];
            return DUPLICATE;
        }
        return last - timeMillis > windowMillis ? TOO_OLD : LATE;
    }

    /** A sample that is deleted is no longer there: one of its time is a new one. Known only while memory has the deleted one. */
    private boolean isDeleted(int ref, long timeMillis) {
        SeriesMasks hiding = masksAt(ref, timeMillis);
        SeriesView view = slot(ref).view();
        return hiding != null && view.find(timeMillis, found) && !view.find(timeMillis, hiding, found);
    }

    private @Nullable SeriesMasks masksAt(int ref, long timeMillis) {
        return masks.isEmpty() ? null : masks.admitting(timeMillis, index.labels(ref));
    }

    /** What the last refused sample collided with: a time, or the bits of a value. */
    public long collided() {
        return collided;
    }

    /**
     * Lets series go of which nothing here is needed any more: their slots, labels and refs. From then on what lived before a time is asked of
     * the catalogue.
     *
     * @param knownFrom every series with a sample at or after it stays
     */
    public void leave(BitSet refs, long knownFrom) {
        int before = generation;
        generation = before + 1;
        try {
            knownFromMillis = Math.max(knownFromMillis, knownFrom);
            for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
                leave(slot(ref));
            }
        } finally {
            generation = before + 2;
        }
    }

    private void leave(SeriesSlot slot) {
        Labels labels = index.labels(slot.ref());
        if (labels == null) {
            throw new IllegalStateException("series " + slot.id() + " has no labels");
        }
        slot.leave(labels);
        index.remove(slot.ref());
        SeriesId id = slot.id();
        if (collisions.remove(id) == null) {
            refByHigh.remove(id.high());
            // Another one of the same first half takes its place.
            for (Map.Entry<SeriesId, Integer> other : List.copyOf(collisions.entrySet())) {
                if (other.getKey().high() == id.high()) {
                    collisions.remove(other.getKey());
                    refByHigh.put(id.high(), (int) other.getValue());
                    break;
                }
            }
        }
        slots[slot.ref()] = null;
    }

    /** A slot of a ref that may not be one, or not any more. */
    public @Nullable SeriesSlot slotOrNull(int ref) {
        return ref >= 0 && ref < size ? slots[ref] : null;
    }
}
