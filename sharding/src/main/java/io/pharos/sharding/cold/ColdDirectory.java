package io.pharos.sharding.cold;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import io.pharos.timeseries.labels.SeriesId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the index blocks of a cold object lie, and which series each begins with.
 *
 * @param blocks in the order of their series
 */
record ColdDirectory(List<Block> blocks) {
    /** A block of the index: its place in the object, and its first series. */
    record Block(long offset, int length, long metric, SeriesId series) {}

    /** Where the directory lies, as the foot says. */
    record Foot(long offset, int length) {}

    /** Reads the last bytes of an object. What is wrong is a {@link CorruptBlobException} that names the object. */
    static Foot foot(ByteBuffer bytes, long objectBytes, String object) {
        if (bytes.remaining() != ColdFormat.FOOT_BYTES) {
            throw new CorruptBlobException(object + ": it is shorter than its " + objectBytes + " bytes");
        }
        byte[] copy = new byte[ColdFormat.FOOT_BYTES];
        bytes.duplicate().get(copy);
        ByteReader in = new ByteReader(copy, 0, copy.length);
        Foot foot = new Foot(in.readLong(), in.readInt());
        int format = in.readByte();
        int version = in.readByte();
        int nothing = in.readByte();
        nothing |= in.readByte();
        int sum = in.readInt();
        if (sum != ColdObjectWriter.checksum(ByteBuffer.wrap(copy, 0, ColdFormat.FOOT_BYTES - 4))) {
            throw new CorruptBlobException(object + ": the checksum of its foot is wrong");
        }
        if (format != ColdFormat.FORMAT || version != ColdFormat.VERSION || nothing != 0) {
            throw new CorruptBlobException(object + ": format " + format + ", version " + version + " where "
                    + ColdFormat.FORMAT + ", " + ColdFormat.VERSION + " is known");
        }
        if (foot.offset < 0 || foot.length < 0 || foot.offset + foot.length + ColdFormat.FOOT_BYTES != objectBytes) {
            throw new CorruptBlobException(object + ": its directory is not where its foot says");
        }
        return foot;
    }

    /** Reads the directory of a day's object. */
    static ColdDirectory read(ByteBuffer bytes, Foot foot, int shard, long day, String object) {
        Frame frame = Frame.read(bytes, ColdFormat.FORMAT, object);
        ByteReader header = header(frame, ColdFormat.DIRECTORY, shard, day, object);
        long at = header.readVarint();
        header.readVarint(); // rows, for who looks at objects
        ByteReader in = frame.body();
        int count = header.readCount(in.remaining());
        List<Block> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long metric = in.readLong();
            SeriesId series = new SeriesId(in.readLong(), in.readLong());
            int length = in.readCount(Integer.MAX_VALUE);
            blocks.add(new Block(at, length, metric, series));
            at += length;
        }
        if (at != foot.offset || in.remaining() != 0) {
            throw new CorruptBlobException(object + ": its directory does not name all of its index");
        }
        return new ColdDirectory(List.copyOf(blocks));
    }

    /** Checks what a frame's header begins with. */
    static ByteReader header(Frame frame, int kind, int shard, long day, String object) {
        ByteReader header = frame.header();
        long there = header.readVarint();
        long ofShard = header.readVarint();
        long ofDay = header.readZigzag();
        if (there != kind || ofShard != shard || ofDay != day) {
            throw new CorruptBlobException(object + ": a part of kind " + there + " of shard " + ofShard + ", day "
                    + ofDay + " where kind " + kind + " of shard " + shard + ", day " + day + " should be");
        }
        return header;
    }

    /** The blocks that may have series from one to another of a metric, both inclusive. */
    List<Block> blocks(long metric, SeriesId from, SeriesId to) {
        List<Block> found = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (ColdFormat.compare(block.metric, block.series, metric, to) > 0) {
                break;
            }
            boolean endsBefore = i + 1 < blocks.size()
                    && ColdFormat.compare(blocks.get(i + 1).metric, blocks.get(i + 1).series, metric, from) <= 0;
            if (!endsBefore) {
                found.add(block);
            }
        }
        return found;
    }
}
