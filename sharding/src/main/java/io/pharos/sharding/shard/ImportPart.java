package io.pharos.sharding.shard;

/**
 * Sealed chunks of old samples for one shard, encoded by the node that received them. Read-only once sent.
 *
 * @param part the sender's number of this part; comes back in the reply
 * @param labels canonical labels of the series, one after the other
 * @param labelEnds end of each series' labels, exclusive
 * @param chunkEnds end of each series' chunks, exclusive
 * @param chunks sealed chunks (docs/format/sealed-chunk.md), each inside one UTC day
 */
public record ImportPart(int shard, long part, byte[] labels, int[] labelEnds, int[] chunkEnds, byte[][] chunks) {
    /** About what a part may take, so that it fits into one message between nodes. */
    public static final int BYTES_MAX = 110 << 10;

    /** What it takes in memory, and nearly what it takes between nodes. */
    public int bytes() {
        int sum = 64 + labels.length + 10 * labelEnds.length;
        for (byte[] chunk : chunks) {
            sum += chunk.length + 3;
        }
        return sum;
    }
}
