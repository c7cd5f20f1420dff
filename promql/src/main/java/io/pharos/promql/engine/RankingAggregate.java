package io.pharos.promql.engine;

import io.pharos.promql.function.Absent;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * At each step a group keeps its k best series in a heap with the worst on top. Ties are decided by labels, so that the choice
 * depends neither on the order of the source nor on how series are spread over shards.
 */
/** topk and bottomk. */
final class RankingAggregate {
    private final boolean largest;
    private final double[] limits;
    private final Map<Labels, List<SeriesBlock>> groups = new LinkedHashMap<>();
    private final Grouping grouping;

    RankingAggregate(boolean largest, double[] limits, Grouping grouping) {
        this.largest = largest;
        this.limits = limits;
        this.grouping = grouping;
    }

    void add(SeriesBlock block) {
        groups.computeIfAbsent(grouping.groupOf(block.labels()), none -> new ArrayList<>())
                .add(block);
    }

    /** The chosen samples; with one step in the order of their values, group by group. */
    List<SeriesBlock> result() {
        List<SeriesBlock> out = new ArrayList<>();
        groups.values().forEach(members -> choose(members, out));
        return out;
    }

    private void choose(List<SeriesBlock> members, List<SeriesBlock> out) {
        IdentityHashMap<SeriesBlock, double[]> chosen = new IdentityHashMap<>();
        int[] heap = new int[members.size()];
        List<SeriesBlock> inOrder = new ArrayList<>();
        for (int step = 0; step < limits.length; step++) {
            int k = (int) Math.min(limits[step], members.size());
            if (k < 1) {
                continue;
            }
            int size = best(members, step, k, heap);
            for (int i = 0; i < size; i++) {
                SeriesBlock block = members.get(heap[i]);
                double[] values = chosen.get(block);
                if (values == null) {
                    values = SeriesBlock.absent(limits.length);
                    chosen.put(block, values);
                    inOrder.add(block);
                }
                values[step] = block.values()[step];
            }
        }
        inOrder.sort((a, b) -> {
            int order = limits.length == 1 ? compare(a.values()[0], b.values()[0]) : 0;
            return order != 0 ? order : a.labels().compareTo(b.labels());
        });
        for (SeriesBlock block : inOrder) {
            double[] values = chosen.get(block);
            if (values != null) {
                out.add(new SeriesBlock(block.labels(), block.dropName(), values));
            }
        }
    }

    private int best(List<SeriesBlock> members, int step, int k, int[] heap) {
        int size = 0;
        for (int i = 0; i < members.size(); i++) {
            double value = members.get(i).values()[step];
            if (Absent.is(value)) {
                continue;
            }
            if (size < k) {
                heap[size++] = i;
                up(members, step, heap, size - 1);
            } else if (worse(members, step, heap[0], i)) {
                heap[0] = i;
                down(members, step, heap, size);
            }
        }
        return size;
    }

    /** Negative when the first value ranks before the second; NaN ranks last. */
    private int compare(double a, double b) {
        boolean aNan = Double.isNaN(a);
        boolean bNan = Double.isNaN(b);
        if (aNan || bNan) {
            return aNan == bNan ? 0 : aNan ? 1 : -1;
        }
        return a == b ? 0 : a > b == largest ? -1 : 1;
    }

    /** Whether one member ranks behind another: by value, then by labels. */
    private boolean worse(List<SeriesBlock> members, int step, int a, int b) {
        SeriesBlock one = members.get(a);
        SeriesBlock other = members.get(b);
        int order = compare(one.values()[step], other.values()[step]);
        return order != 0 ? order > 0 : one.labels().compareTo(other.labels()) > 0;
    }

    private void up(List<SeriesBlock> members, int step, int[] heap, int start) {
        int at = start;
        while (at > 0) {
            int parent = (at - 1) / 2;
            if (!worse(members, step, heap[at], heap[parent])) {
                return;
            }
            swap(heap, at, parent);
            at = parent;
        }
    }

    private void down(List<SeriesBlock> members, int step, int[] heap, int size) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && worse(members, step, heap[child + 1], heap[child])) {
                child++;
            }
            if (!worse(members, step, heap[child], heap[at])) {
                return;
            }
            swap(heap, at, child);
            at = child;
        }
    }

    private static void swap(int[] heap, int a, int b) {
        int kept = heap[a];
        heap[a] = heap[b];
        heap[b] = kept;
    }

    @Override
    public String toString() {
        return (largest ? "topk " : "bottomk ") + Arrays.toString(limits);
    }
}
