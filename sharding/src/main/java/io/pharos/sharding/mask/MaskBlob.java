package io.pharos.sharding.mask;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.store.StoredMask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        writeSelectors(body, mask.selectors());
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
        return new Mask(id, epoch, row.sequence(), rollUps, readSelectors(body), from, to, created);
    }

    /** Writes selectors, in messages too. */
    public static void writeSelectors(ByteWriter out, List<List<LabelMatcher>> selectors) {
        out.writeVarint(selectors.size());
        for (List<LabelMatcher> matchers : selectors) {
            out.writeVarint(matchers.size());
            for (LabelMatcher matcher : matchers) {
                out.writeByte(code(matcher.type()));
                out.writeBlock(matcher.name().getBytes(StandardCharsets.UTF_8));
                out.writeBlock(matcher.value().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** Reads what {@link #writeSelectors} wrote. */
    public static List<List<LabelMatcher>> readSelectors(ByteReader in) {
        int count = in.readCount(in.remaining());
        List<List<LabelMatcher>> selectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int size = in.readCount(in.remaining());
            List<LabelMatcher> matchers = new ArrayList<>(size);
            for (int j = 0; j < size; j++) {
                matchers.add(LabelMatcher.of(type(in.readByte()), text(in), text(in)));
            }
            selectors.add(matchers);
        }
        return selectors;
    }

    private static String text(ByteReader in) {
        return new String(in.readBlock(), StandardCharsets.UTF_8);
    }

    /** The numbers that stand for operators; they never change their meaning. */
    private static int code(LabelMatcher.Type type) {
        return switch (type) {
            case EQUAL -> 0;
            case NOT_EQUAL -> 1;
            case REGEX -> 2;
            case NOT_REGEX -> 3;
        };
    }

    private static LabelMatcher.Type type(int code) {
        return switch (code) {
            case 0 -> LabelMatcher.Type.EQUAL;
            case 1 -> LabelMatcher.Type.NOT_EQUAL;
            case 2 -> LabelMatcher.Type.REGEX;
            case 3 -> LabelMatcher.Type.NOT_REGEX;
            default -> throw new CorruptBlobException("a matcher " + code + " that is not known");
        };
    }
}
