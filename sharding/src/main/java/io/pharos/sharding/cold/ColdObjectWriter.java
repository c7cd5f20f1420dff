package io.pharos.sharding.cold;

import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.Frame;
import io.pharos.timeseries.store.ChunkRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Builds one cold object out of rows that come in their order. Holds all of it in memory; not thread-safe. */
final class ColdObjectWriter {
    private final int shard;
    private final long day;
    private final ByteWriter chunks = new ByteWriter(1 << 16);
    private final List<ByteBuffer> blocks = new ArrayList<>();
    private final ByteWriter directory = new ByteWriter(1024);
    private final List<ChunkRow> open = new ArrayList<>();
    private int openSeries;
    private long openFrom;
    private int rows;
    private @Nullable ChunkRow last;

    ColdObjectWriter(int shard, long day) {
        this.shard = shard;
        this.day = day;
    }

    /** Adds a row, which comes after all before it in {@link ColdFormat#ORDER} and begins on the day. */
    void add(ChunkRow row) {
        ChunkRow before = last;
        if (before != null && ColdFormat.ORDER.compare(before, row) >= 0
                || Math.floorDiv(row.startMillis(), ColdDay.MILLIS) != day) {
            throw new IllegalArgumentException("a row out of order, or of another day than " + day + ": " + row);
        }
        boolean newSeries = before == null
                || before.metricHash() != row.metricHash()
                || !before.series().equals(row.series());
        if (newSeries && (openSeries == ColdFormat.BLOCK_SERIES || open.size() >= ColdFormat.BLOCK_ROWS)) {
            closeBlock();
        }
        openSeries += newSeries ? 1 : 0;
        open.add(row);
        int length = row.chunk().remaining();
        int at = chunks.reserve(length); // first, since it may replace the buffer
        row.chunk().duplicate().get(chunks.array(), at, length);
        rows++;
        last = row;
    }

    /** Rows so far. */
    int rows() {
        return rows;
    }

    /** Bytes of chunks so far. */
    int chunkBytes() {
        return chunks.size();
    }

    /** Whether a row is of the same series as the last one. */
    boolean goesOn(ChunkRow row) {
        ChunkRow before = last;
        return before != null
                && before.metricHash() == row.metricHash()
                && before.series().equals(row.series());
    }

    private void closeBlock() {
        if (open.isEmpty()) {
            return;
        }
        ChunkRow first = open.get(0);
        ByteWriter header = new ByteWriter(16);
        header.writeVarint(ColdFormat.BLOCK);
        header.writeVarint(shard);
        header.writeZigzag(day);
        header.writeVarint(openFrom);
        ByteBuffer block = Frame.write(ColdFormat.FORMAT, header, body(), ColdFormat.COMPRESSION);
        directory.writeLong(first.metricHash());
        directory.writeLong(first.series().high());
        directory.writeLong(first.series().low());
        directory.writeVarint(block.remaining());
        blocks.add(block);
        open.clear();
        openSeries = 0;
        openFrom = chunks.size();
    }

    /** The rows of the open block, a series after the other. */
    private ByteWriter body() {
        ByteWriter body = new ByteWriter(32 * open.size());
        body.writeVarint(openSeries);
        long metric = 0;
        int at = 0;
        while (at < open.size()) {
            ChunkRow first = open.get(at);
            int end = at + 1;
            while (end < open.size()
                    && open.get(end).metricHash() == first.metricHash()
                    && open.get(end).series().equals(first.series())) {
                end++;
            }
            // The difference of two hashes: 0 for all but the first series of a metric.
            body.writeZigzag(first.metricHash() - metric);
            metric = first.metricHash();
            body.writeLong(first.series().high());
            body.writeLong(first.series().low());
            body.writeVarint(end - at);
            long start = day * ColdDay.MILLIS;
            long epoch = 0;
            int sequence = 0;
            for (ChunkRow row : open.subList(at, end)) {
                body.writeVarint(row.startMillis() - start);
                body.writeVarint(row.endMillis() - row.startMillis());
                body.writeZigzag(row.epoch() - epoch);
                body.writeZigzag(row.sequence() - (long) sequence);
                body.writeVarint(row.chunk().remaining());
                body.writeInt(checksum(row.chunk()));
                start = row.startMillis();
                epoch = row.epoch();
                sequence = row.sequence();
            }
            at = end;
        }
        return body;
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** The object; the writer is of no use after that. */
    ByteBuffer finish() {
        closeBlock();
        ByteWriter header = new ByteWriter(32);
        header.writeVarint(ColdFormat.DIRECTORY);
        header.writeVarint(shard);
        header.writeZigzag(day);
        header.writeVarint(chunks.size());
        header.writeVarint(rows);
        header.writeVarint(blocks.size());
        ByteBuffer listed = Frame.write(ColdFormat.FORMAT, header, directory, ColdFormat.COMPRESSION);
        int indexBytes = blocks.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteWriter foot = new ByteWriter(ColdFormat.FOOT_BYTES);
        foot.writeLong(chunks.size() + (long) indexBytes);
        foot.writeInt(listed.remaining());
        foot.writeByte(ColdFormat.FORMAT);
        foot.writeByte(ColdFormat.VERSION);
        foot.writeByte(0);
        foot.writeByte(0);
        foot.writeInt(checksum(ByteBuffer.wrap(foot.array(), 0, foot.size())));
        ByteBuffer object = ByteBuffer.allocate(
                Math.addExact(chunks.size(), indexBytes + listed.remaining() + ColdFormat.FOOT_BYTES));
        object.put(chunks.array(), 0, chunks.size());
        blocks.forEach(object::put);
        object.put(listed).put(foot.array(), 0, foot.size()).flip();
        return object.asReadOnlyBuffer();
    }
}
