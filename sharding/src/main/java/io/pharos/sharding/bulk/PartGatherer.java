package io.pharos.sharding.bulk;

import io.pharos.sharding.shard.ImportPart;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Gathers the chunks for one shard into parts that fit into a message. Not thread-safe. */
final class PartGatherer {
    /**
     * A part before it has a number, with what its sender must know of it.
     *
     * @param seriesOf the place in the batch of each chunk's series
     * @param counts the samples of each chunk
     * @param starts the first time of each chunk
     */
    record Gathered(
            int shard,
            byte[] labels,
            int[] labelEnds,
            int[] chunkEnds,
            byte[][] chunks,
            int[] seriesOf,
            int[] counts,
            long[] starts) {}

    private final int shard;
    private final Consumer<Gathered> full;
    private final ByteArrayOutputStream labels = new ByteArrayOutputStream();
    private final IntArrayList labelEnds = new IntArrayList();
    private final IntArrayList chunkEnds = new IntArrayList();
    private final List<byte[]> chunks = new ArrayList<>();
    private final IntArrayList seriesOf = new IntArrayList();
    private final IntArrayList counts = new IntArrayList();
    private long[] starts = new long[16];
    private int bytes;

    PartGatherer(int shard, Consumer<Gathered> full) {
        this.shard = shard;
        this.full = full;
    }

    /** Adds a chunk of a series, which is the one of the last chunk or a new one. */
    void add(int series, byte[] canonical, byte[] chunk, int count, long start) {
        boolean same = !seriesOf.isEmpty() && seriesOf.getInt(seriesOf.size() - 1) == series;
        int more = chunk.length + 3 + (same ? 0 : canonical.length + 10);
        if (bytes > 0 && bytes + more > ImportPart.BYTES_MAX) {
            flush();
            same = false;
        }
        if (!same) {
            labels.write(canonical, 0, canonical.length);
            labelEnds.add(labels.size());
            chunkEnds.add(chunks.size());
        }
        if (chunks.size() == starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
        }
        starts[chunks.size()] = start;
        chunks.add(chunk);
        chunkEnds.set(chunkEnds.size() - 1, chunks.size());
        seriesOf.add(series);
        counts.add(count);
        bytes += more;
    }

    /** Ends the part that is being gathered, if there is one. */
    void flush() {
        if (chunks.isEmpty()) {
            return;
        }
        Gathered gathered = new Gathered(
                shard,
                labels.toByteArray(),
                labelEnds.toIntArray(),
                chunkEnds.toIntArray(),
                chunks.toArray(byte[][]::new),
                seriesOf.toIntArray(),
                counts.toIntArray(),
                Arrays.copyOf(starts, chunks.size()));
        labels.reset();
        labelEnds.clear();
        chunkEnds.clear();
        chunks.clear();
        seriesOf.clear();
        counts.clear();
        bytes = 0;
        full.accept(gathered);
    }
}
