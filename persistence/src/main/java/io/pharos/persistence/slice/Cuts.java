package io.pharos.persistence.slice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where to cut keys apart so that each part has about as many bytes. */
final class Cuts {
    /** No day is cut into more at its beginning; what is larger grows beyond it by itself. */
    private static final int SLICES_MAX = 4096;

    private record Weight(SliceKey key, double bytes) {}

    private Cuts() {}

    /** Cuts for a day that will be like this one. */
    static List<SliceKey> like(DaySlices day, SliceSizes sizes) {
        long parts = Math.max(1, Math.min(SLICES_MAX, Math.round((double) day.bytes() / sizes.target())));
        if (parts == 1) {
            return List.of();
        }
        List<Weight> weights = new ArrayList<>();
        for (Slice slice : day.all()) {
            weigh(slice, day, weights);
        }
        return cut(weights, (int) parts, SliceKey.LOWEST);
    }

    private static void weigh(Slice slice, DaySlices day, List<Weight> weights) {
        if (slice.samples() > 0) {
            for (int i = 0; i < slice.samples(); i++) {
                weights.add(new Weight(slice.sample(i), (double) slice.bytes / slice.samples()));
            }
            return;
        }
        // What another owner wrote: evenly among the slices that were made of it since.
        List<SliceKey> starts = new ArrayList<>();
        for (Slice open : day.open()) {
            if (slice.covers(open.from)) {
                starts.add(open.from);
            }
        }
        if (starts.isEmpty()) {
            starts.add(slice.from);
        }
        for (SliceKey start : starts) {
            weights.add(new Weight(start, (double) slice.bytes / starts.size()));
        }
    }

    /** Cuts for a slice that is full, each greater than its beginning; none where all rows have one key, or nothing is known. */
    static List<SliceKey> of(Slice full, int parts) {
        List<Weight> weights = new ArrayList<>(full.samples());
        for (int i = 0; i < full.samples(); i++) {
            weights.add(new Weight(full.sample(i), 1));
        }
        return cut(weights, parts, full.from);
    }

    private static List<SliceKey> cut(List<Weight> weights, int parts, SliceKey after) {
        weights.sort(Comparator.comparing(Weight::key));
        double part = weights.stream().mapToDouble(Weight::bytes).sum() / parts;
        List<SliceKey> cuts = new ArrayList<>();
        SliceKey last = after;
        double sinceCut = 0;
        for (Weight weight : weights) {
            // Before a heavy key rather than behind it.
            if (sinceCut > 0 && sinceCut + weight.bytes / 2 > part && weight.key.compareTo(last) > 0) {
                cuts.add(weight.key);
                last = weight.key;
                sinceCut = 0;
            }
            sinceCut += weight.bytes;
        }
        return cuts;
    }
}
