package io.pharos.promql.function;

/*
 * The positions that can still become the extreme are kept in a queue whose values get worse from head to tail: a sample that
 * comes drives out all it beats, a sample that leaves can only be the head. NaN counts only where nothing else is in the window.
 */
/** min_over_time, max_over_time and the times of these. */
final class ExtremeFunction implements RangeFunction {
    private final boolean max;
    private final boolean wantsTime;
    private int[] queue = new int[0];
    private int head;
    private int tail;
    private int seen;

    ExtremeFunction(boolean max, boolean wantsTime) {
        this.max = max;
        this.wantsTime = wantsTime;
    }

    @Override
    public void begin(long[] times, double[] values, int count) {
        if (queue.length < count) {
            queue = new int[Math.max(count, 2 * queue.length)];
        }
        head = 0;
        tail = 0;
        seen = 0;
    }

    @Override
    public double at(RangeWindow window) {
        double[] values = window.values;
        for (int i = Math.max(seen, window.from); i < window.to; i++) {
            double value = values[i];
            if (Double.isNaN(value)) {
                continue;
            }
            // Of equal values the later one is the answer to "when".
            while (tail > head && (max ? value >= values[queue[tail - 1]] : value <= values[queue[tail - 1]])) {
                tail--;
            }
            queue[tail++] = i;
        }
        seen = Math.max(seen, window.to);
        while (head < tail && queue[head] < window.from) {
            head++;
        }
        int found = head < tail ? queue[head] : wantsTime ? window.to - 1 : -1;
        if (wantsTime) {
            return window.times[found] / 1000.0;
        }
        return found < 0 ? Double.NaN : values[found];
    }
}
