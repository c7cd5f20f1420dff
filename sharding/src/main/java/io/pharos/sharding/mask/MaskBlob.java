package io.pharos.sharding.mask;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import io.pharos.sharding.format.Selectors;
import io.pharos.timeseries.store.StoredMask;
import java.util.UUID;

/** Writes and reads masks as they are stored (docs/format/masks.md). */
public final class MaskBlob {
    /** The format byte. */
    public static final int FORMAT = 7;

    private MaskBlob() {}

    /** The row of a mask. */
    public static StoredMask write(int shard, Mask mask) {
        ByteWriter header = new ByteWriter(24);
        header.writeVarint(shard);
        header.writeVarint(mask.epoch());
        header.writeVarint(mask.sequence());
        ByteWriter body = new ByteWriter(256);
        body.writeLong(mask.id().getMostSignificantBits());
        body.writeLong(mask.id().getLeastSignificantBits());
        body.writeVarint(mask.rollUps());
        body.writeZigzag(mask.fromMillis());
        body.writeZigzag(mask.toMillis());
        body.writeZigzag(mask.createdMillis());
        Selectors.write(body, mask.selectors());
        return new StoredMask(mask.epoch(), mask.sequence(), Frame.write(FORMAT, header, body, 0));
    }

    /** What a row says; throws {@link CorruptBlobException} where it is damaged or not of this shard and place. */
    public static Mask read(int shard, StoredMask row) {
        Frame frame = Frame.read(
                row.data(),
                FORMAT,
                "mask of shard " + shard + " (epoch " + row.epoch() + ", number " + row.sequence() + ")");
        ByteReader header = frame.header();
        long foundShard = header.readVarint();
        long epoch = header.readVarint();
        long sequence = header.readVarint();
        if (foundShard != shard || epoch != row.epoch() || sequence != row.sequence()) {
            throw new CorruptBlobException("the mask (epoch " + row.epoch() + ", number " + row.sequence()
                    + ") of shard " + shard + " says that it is number " + sequence + " of epoch " + epoch
                    + " of shard " + foundShard);
        }
        ByteReader body = frame.body();
        UUID id = new UUID(body.readLong(), body.readLong());
        int rollUps = body.readCount(Integer.MAX_VALUE);
        long from = body.readZigzag();
        long to = body.readZigzag();
        long created = body.readZigzag();
        return new Mask(id, epoch, row.sequence(), rollUps, Selectors.read(body, Integer.MAX_VALUE), from, to, created);
    }
}
