package io.pharos.sharding.mask;

import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The masks of a shard at one moment; never empty. Immutable. */
public final class MaskList {
    private final List<Mask> masks;

    private MaskList(List<Mask> masks) {
        this.masks = masks;
    }

    /** A list, or null where there is no mask, so that readers who have nothing to hide ask nothing more. */
    public static @Nullable MaskList of(List<Mask> masks) {
        return masks.isEmpty() ? null : new MaskList(List.copyOf(masks));
    }

    /** The masks. */
    public List<Mask> masks() {
        return masks;
    }

    /** Those that hide something of a stretch of time (both ends inclusive), or null. */
    public @Nullable MaskList within(long fromMillis, long toMillis) {
        List<Mask> some = new ArrayList<>(masks.size());
        for (Mask mask : masks) {
            if (mask.fromMillis() <= toMillis && mask.toMillis() >= fromMillis) {
                some.add(mask);
            }
        }
        return some.size() == masks.size() ? this : of(some);
    }

    /**
     * Whether an exemplar of a series is hidden. Exemplars have no place among the chunks, so their time decides: those of a time
     * deleted are, unless it is after the deletion was asked for.
     */
    public boolean hidesExemplar(Labels series, long timeMillis) {
        for (Mask mask : masks) {
            if (mask.fromMillis() <= timeMillis
                    && timeMillis <= Math.min(mask.toMillis(), mask.createdMillis())
                    && mask.matches(series)) {
                return true;
            }
        }
        return false;
    }

    /** What these hide of a series, or null. To be asked once a series, since it compares labels. */
    public @Nullable SeriesMasks of(@Nullable Labels labels) {
        if (labels == null) {
            return null;
        }
        List<Mask> some = new ArrayList<>(masks.size());
        for (Mask mask : masks) {
            if (mask.matches(labels)) {
                some.add(mask);
            }
        }
        return some.isEmpty() ? null : new SeriesMasks(some);
    }
}
