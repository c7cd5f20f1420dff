package io.pharos.sharding.wire;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.query.QueryWorker.CardinalityPage;
import io.pharos.sharding.query.QueryWorker.CardinalityRow;
import io.pharos.sharding.query.QueryWorker.CardinalityRow.Kind;
import java.util.ArrayList;
import java.util.List;

/** A page of what was counted (docs/format/messages.md). */
final class CardinalityCodec {
    private CardinalityCodec() {}

    static void write(CardinalityPage page, ByteWriter out) {
        out.writeVarint(page.stream());
        out.writeVarint(page.number());
        out.writeByte(page.last() ? 1 : 0);
        out.writeVarint(page.rows().size());
        for (CardinalityRow row : page.rows()) {
            out.writeByte(code(row.kind()));
            Refs.writeText(out, row.name());
            out.writeZigzag(row.count());
            if (row.kind() == Kind.LABEL) {
                out.writeVarint(row.bound());
                out.writeVarint(row.hashes().length);
                long before = 0;
                for (long hash : row.hashes()) {
                    out.writeVarint(hash - before);
                    before = hash;
                }
            }
        }
    }

    static CardinalityPage read(ByteReader in) {
        long stream = in.readVarint();
        int number = in.readCount(Integer.MAX_VALUE);
        boolean last = in.readByte() != 0;
        int count = in.readCount(in.remaining());
        List<CardinalityRow> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Kind kind = kind(in.readByte());
            String name = Refs.readText(in);
            long counted = in.readZigzag();
            long bound = 0;
            long[] hashes = {};
            if (kind == Kind.LABEL) {
                bound = in.readVarint();
                hashes = new long[in.readCount(in.remaining())];
                long before = 0;
                for (int j = 0; j < hashes.length; j++) {
                    before += in.readVarint();
                    hashes[j] = before;
                }
            }
            rows.add(new CardinalityRow(kind, name, counted, bound, hashes));
        }
        return new CardinalityPage(stream, number, last, rows);
    }

    /** The numbers that stand for kinds; they never change their meaning. */
    private static int code(Kind kind) {
        return switch (kind) {
            case SERIES -> 0;
            case CHUNKS -> 1;
            case MIN_TIME -> 2;
            case MAX_TIME -> 3;
            case METRIC -> 4;
            case METRIC_CUT -> 5;
            case PAIR -> 6;
            case PAIR_CUT -> 7;
            case LABEL -> 8;
        };
    }

    private static Kind kind(int code) {
        for (Kind kind : Kind.values()) {
            if (code(kind) == code) {
                return kind;
            }
        }
        throw new CorruptBlobException("something counted " + code + " that is not known");
    }
}
