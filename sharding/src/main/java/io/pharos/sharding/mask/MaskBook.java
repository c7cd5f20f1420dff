package io.pharos.sharding.mask;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The masks of a shard in one epoch, and the numbers of the pieces of points made in it. Thread-safe. */
public final class MaskBook {
    /*
     * A mask counts for readers once it is durable. Admission looks at it from the moment its place is taken, since from then on a
     * sample that meets a hidden one is a new one. While a mask is on its way no piece of points is begun: one that began before
     * has a number the mask knows, one that begins after reads what the mask hides.
     */
    private boolean coming;
    private int rollUps;
    private volatile @Nullable MaskList published;
    private volatile @Nullable MaskList admitting;

    /** What readers must not see, or null. */
    public @Nullable MaskList published() {
        return published;
    }

    /** Recovery: what was durable when the shard was acquired. */
    public synchronized void recovered(List<Mask> masks) {
        published = MaskList.of(effective(masks));
        admitting = published;
    }

    private static List<Mask> effective(List<Mask> masks) {
        List<Mask> effective = new ArrayList<>(masks);
        effective.removeIf(mask -> masks.stream().anyMatch(other -> other.covers(mask)));
        return effective;
    }

    /** How many masks count. */
    public int size() {
        MaskList list = published;
        return list == null ? 0 : list.masks().size();
    }

    /** How many would count with one more, which takes the place of those it covers. */
    public int sizeWith(List<List<LabelMatcher>> selectors, long fromMillis, long toMillis) {
        MaskList list = published;
        List<Mask> masks = list == null ? List.of() : list.masks();
        int stay = 1;
        for (Mask mask : masks) {
            boolean covered = fromMillis <= mask.fromMillis()
                    && toMillis >= mask.toMillis()
                    && selectors.containsAll(mask.selectors());
            stay += covered ? 0 : 1;
        }
        return stay;
    }

    /** Whether the mask of a request counts. */
    public boolean has(UUID id) {
        MaskList list = published;
        return list != null && list.masks().stream().anyMatch(mask -> mask.id().equals(id));
    }

    /** The number of a piece of points that begins now, or none while a mask is on its way. */
    public synchronized OptionalInt beginPiece() {
        return coming ? OptionalInt.empty() : OptionalInt.of(++rollUps);
    }

    /**
     * A mask takes its place, one at a time: until it is {@link #durable} or {@link #dropped} no piece begins.
     *
     * @param ofLastPiece makes it with the highest number that a piece of this epoch has
     */
    public synchronized Mask coming(IntFunction<Mask> ofLastPiece) {
        Mask mask = ofLastPiece.apply(rollUps);
        coming = true;
        admitting = MaskList.of(with(mask));
        return mask;
    }

    private List<Mask> with(Mask mask) {
        MaskList list = published;
        List<Mask> all = new ArrayList<>(list == null ? List.of() : list.masks());
        all.add(mask);
        return all;
    }

    /** The mask on its way is durable. */
    public synchronized void durable(Mask mask) {
        published = MaskList.of(effective(with(mask)));
        admitting = published;
        coming = false;
    }

    /** The mask on its way did not become durable, as far as is known. */
    public synchronized void dropped() {
        admitting = published;
        coming = false;
    }

    /** What admission has to look through at a time of a series, or null. */
    public @Nullable SeriesMasks admitting(long timeMillis, @Nullable Labels labels) {
        MaskList list = admitting;
        MaskList some = list == null ? null : list.within(timeMillis, timeMillis);
        return some == null ? null : some.of(labels);
    }

    /** Whether admission has anything to look at. */
    public boolean isEmpty() {
        return admitting == null;
    }
}
