package io.pharos.sharding.recovery;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** Writes and reads the catalogue's blocks of series and the activity of a day (docs/format/catalogue.md). */
public final class CatalogueBlob {
    /** The format byte of a block. */
    public static final int BLOCK_FORMAT = 3;
    /** The format byte of a day's activity. */
    public static final int ACTIVITY_FORMAT = 4;

    private static final int COMPRESSION = 3;

    private CatalogueBlob() {}

    /** Names a block of a shard and month. */
    public record BlockId(long epoch, int number) {}

    /** A block: canonical labels of its series; their places count from 0. */
    public record Block(BlockId id, List<byte[]> labels) {}

    /** Encodes a block in the order given; sorted labels share most of their beginnings. */
    public static ByteBuffer block(int shard, BlockId id, List<byte[]> canonicalLabels) {
        ByteWriter header = new ByteWriter(32);
        header.writeVarint(shard);
        header.writeVarint(id.epoch());
        header.writeVarint(id.number());
        header.writeVarint(canonicalLabels.size());
        ByteWriter body = new ByteWriter(64 * canonicalLabels.size());
        byte[] previous = {};
        for (byte[] labels : canonicalLabels) {
            int shared = Math.max(0, Arrays.mismatch(previous, labels));
            if (Arrays.equals(previous, labels)) {
                shared = labels.length;
            }
            body.writeVarint(shared);
            body.writeVarint(labels.length - shared);
            body.writeBytes(labels, shared, labels.length - shared);
            previous = labels;
        }
        return Frame.write(BLOCK_FORMAT, header, body, COMPRESSION);
    }

    /** Decodes a block. */
    public static Block readBlock(ByteBuffer blob, int expectedShard) {
        Frame frame = Frame.read(blob, BLOCK_FORMAT, "catalogue block of shard " + expectedShard);
        ByteReader header = frame.header();
        expect(header, expectedShard);
        BlockId id = new BlockId(header.readVarint(), header.readCount(Integer.MAX_VALUE));
        ByteReader in = frame.body();
        int count = header.readCount(in.remaining());
        List<byte[]> labels = new ArrayList<>(count);
        byte[] previous = {};
        for (int i = 0; i < count; i++) {
            int shared = in.readCount(previous.length);
            int rest = in.readCount(in.remaining());
            byte[] next = Arrays.copyOf(previous, shared + rest);
            System.arraycopy(in.array(), in.skip(rest), next, shared, rest);
            labels.add(next);
            previous = next;
        }
        return new Block(id, labels);
    }

    /** Encodes which places of which blocks lived on a day. */
    public static ByteBuffer activity(int shard, Map<BlockId, BitSet> lived) {
        ByteWriter header = new ByteWriter(8);
        header.writeVarint(shard);
        ByteWriter body = new ByteWriter(64);
        body.writeVarint(lived.size());
        lived.forEach((block, places) -> {
            body.writeVarint(block.epoch());
            body.writeVarint(block.number());
            body.writeBlock(places.toByteArray());
        });
        return Frame.write(ACTIVITY_FORMAT, header, body, COMPRESSION);
    }

    /** Decodes a day's activity. */
    public static Map<BlockId, BitSet> readActivity(ByteBuffer blob, int expectedShard) {
        Frame frame = Frame.read(blob, ACTIVITY_FORMAT, "activity of shard " + expectedShard);
        expect(frame.header(), expectedShard);
        ByteReader in = frame.body();
        int count = in.readCount(in.remaining());
        Map<BlockId, BitSet> lived = new java.util.HashMap<>();
        for (int i = 0; i < count; i++) {
            BlockId id = new BlockId(in.readVarint(), in.readCount(Integer.MAX_VALUE));
            lived.put(id, BitSet.valueOf(in.readBlock()));
        }
        return lived;
    }

    private static void expect(ByteReader header, int expectedShard) {
        int shard = header.readCount(Integer.MAX_VALUE);
        if (shard != expectedShard) {
            throw new CorruptBlobException(
                    "a blob of shard " + shard + " lies where those of " + expectedShard + " belong");
        }
    }
}
