package io.pharos.sharding.cold;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import io.pharos.timeseries.labels.SeriesId;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A block of the index of a cold object, decompressed and checked. Immutable.
 *
 * @param object its name
 * @param day since 1970
 * @param body the series and their rows
 * @param chunksFrom where the chunk of its first row lies
 */
record ColdBlock(String object, long day, byte[] body, long chunksFrom) {
    /** A row of the index: the key of a chunk, and where it lies. */
    record Place(
            long metric,
            SeriesId series,
            long startMillis,
            long endMillis,
            long epoch,
            int sequence,
            long offset,
            int length,
            int checksum) {}

    /** A series of a metric. */
    record Series(long metric, SeriesId id) {}

    /** Decompresses a block of a day's object. What is wrong is a {@link CorruptBlobException} that names the object. */
    static ColdBlock read(ByteBuffer bytes, int shard, long day, String object) {
        Frame frame = Frame.read(bytes, ColdFormat.FORMAT, object);
        ByteReader header = ColdDirectory.header(frame, ColdFormat.BLOCK, shard, day, object);
        long chunksFrom = header.readVarint();
        ByteReader in = frame.body();
        byte[] body = new byte[in.remaining()];
        System.arraycopy(in.array(), in.position(), body, 0, body.length);
        return new ColdBlock(object, day, body, chunksFrom);
    }

    /** The series of the block in their order. */
    void series(Consumer<Series> consumer) {
        walk(
                series -> {
                    consumer.accept(series);
                    return false;
                },
                place -> {});
    }

    /** The rows of the series that a test takes, in their order. */
    void places(Predicate<Series> wanted, Consumer<Place> consumer) {
        walk(wanted, consumer);
    }

    private void walk(Predicate<Series> wanted, Consumer<Place> consumer) {
        ByteReader in = new ByteReader(body, 0, body.length);
        int count = in.readCount(in.remaining());
        long metric = 0;
        long offset = chunksFrom;
        for (int i = 0; i < count; i++) {
            metric += in.readZigzag();
            Series series = new Series(metric, new SeriesId(in.readLong(), in.readLong()));
            boolean taken = wanted.test(series);
            int rows = in.readCount(in.remaining());
            long start = day * ColdDay.MILLIS;
            long epoch = 0;
            int sequence = 0;
            for (int row = 0; row < rows; row++) {
                start += in.readVarint();
                long end = start + in.readVarint();
                epoch += in.readZigzag();
                sequence = Math.toIntExact(sequence + in.readZigzag());
                int length = in.readCount(Integer.MAX_VALUE);
                int checksum = in.readInt();
                if (taken) {
                    consumer.accept(
                            new Place(metric, series.id, start, end, epoch, sequence, offset, length, checksum));
                }
                offset += length;
            }
        }
        if (in.remaining() != 0) {
            throw new CorruptBlobException(object + ": a block of its index goes on after its series");
        }
    }
}
