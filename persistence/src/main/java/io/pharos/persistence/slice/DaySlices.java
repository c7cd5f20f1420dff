package io.pharos.persistence.slice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The slices of one day. Those that are open cover each key once; what is closed may still hold rows of any key of its range. */
final class DaySlices {
    private final List<Slice> all = new ArrayList<>();
    private List<Slice> open = List.of();
    private boolean whole;

    List<Slice> all() {
        return all;
    }

    List<Slice> open() {
        return open;
    }

    void add(Slice slice) {
        all.add(slice);
    }

    @Nullable
    Slice find(int number, SliceKey from, @Nullable SliceKey to) {
        for (Slice slice : all) {
            if (slice.number == number && slice.from.equals(from) && java.util.Objects.equals(slice.to, to)) {
                return slice;
            }
        }
        return null;
    }

    boolean has(int number) {
        return all.stream().anyMatch(slice -> slice.number == number);
    }

    /** To be called after slices were added or closed. */
    void changed() {
        open = all.stream()
                .filter(slice -> !slice.closed)
                .sorted(Comparator.comparing(slice -> slice.from))
                .toList();
        whole = coversEachKeyOnce();
    }

    /** Whether each key has exactly one open slice: two owners at one time can have made it otherwise. */
    boolean isWhole() {
        return whole;
    }

    private boolean coversEachKeyOnce() {
        SliceKey next = SliceKey.LOWEST;
        for (Slice slice : open) {
            if (next == null || !slice.from.equals(next)) {
                return false;
            }
            next = slice.to;
        }
        return next == null && !open.isEmpty();
    }

    /** The open slice of a key, where they are whole. */
    Slice openFor(SliceKey key) {
        int low = 0;
        int high = open.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (open.get(middle).from.compareTo(key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return open.get(low);
    }

    long bytes() {
        return all.stream().mapToLong(slice -> slice.bytes).sum();
    }

    long untilMillis() {
        return all.stream().mapToLong(slice -> slice.untilMillis).max().orElse(Long.MIN_VALUE);
    }
}
