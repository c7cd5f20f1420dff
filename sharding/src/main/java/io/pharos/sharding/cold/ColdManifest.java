package io.pharos.sharding.cold;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which days of a shard are in the cold store, and in which objects. Immutable.
 *
 * @param epoch of the owner that wrote it last: one of a lower epoch may not
 * @param days by their number since 1970
 */
record ColdManifest(int shard, long epoch, SortedMap<Long, ColdDay> days) {
    ColdManifest {
        days = Collections.unmodifiableSortedMap(new TreeMap<>(days));
    }

    /** Of a shard nothing is cold of. */
    static ColdManifest empty(int shard) {
        return new ColdManifest(shard, 0, new TreeMap<>());
    }

    /** The setting it is kept as. */
    static String setting(int shard) {
        return "cold-" + shard;
    }

    /** The same in another epoch. */
    ColdManifest inEpoch(long other) {
        return new ColdManifest(shard, other, days);
    }

    /** The same with days in place of what was there of them. */
    ColdManifest with(ColdDay... written) {
        SortedMap<Long, ColdDay> changed = new TreeMap<>(days);
        for (ColdDay day : written) {
            changed.put(day.day(), day);
        }
        return new ColdManifest(shard, epoch, changed);
    }

    /** Whether all samples of a day are there. */
    boolean has(long day) {
        ColdDay listed = days.get(day);
        return listed != null && !listed.isLost();
    }

    /** The same without some days. */
    ColdManifest without(Collection<Long> gone) {
        SortedMap<Long, ColdDay> changed = new TreeMap<>(days);
        for (Long day : gone) {
            changed.remove(day);
        }
        return new ColdManifest(shard, epoch, changed);
    }

    /** As stored (docs/format/cold-object.md). */
    ByteBuffer encode() {
        ByteWriter header = new ByteWriter(32);
        header.writeVarint(ColdFormat.MANIFEST);
        header.writeVarint(shard);
        header.writeVarint(epoch);
        header.writeVarint(days.size());
        ByteWriter body = new ByteWriter(32 * days.size());
        long before = 0;
        for (ColdDay day : days.values()) {
            body.writeZigzag(day.day() - before);
            before = day.day();
            body.writeVarint(day.epoch());
            body.writeVarint(day.version());
            body.writeVarint(day.parts().size());
            for (ColdDay.Part part : day.parts()) {
                body.writeVarint(part.bytes());
                body.writeLong(part.firstMetric());
            }
        }
        return Frame.write(ColdFormat.FORMAT, header, body, ColdFormat.COMPRESSION);
    }

    /** Reads it back; what is wrong is a {@link CorruptBlobException}. */
    static ColdManifest decode(ByteBuffer blob, int shard) {
        String what = "the list of cold days of shard " + shard;
        Frame frame = Frame.read(blob, ColdFormat.FORMAT, what);
        ByteReader header = frame.header();
        long kind = header.readVarint();
        long ofShard = header.readVarint();
        if (kind != ColdFormat.MANIFEST || ofShard != shard) {
            throw new CorruptBlobException(what + ": kind " + kind + " of shard " + ofShard);
        }
        long epoch = header.readVarint();
        ByteReader in = frame.body();
        int count = header.readCount(in.remaining());
        SortedMap<Long, ColdDay> days = new TreeMap<>();
        long number = 0;
        for (int i = 0; i < count; i++) {
            number += in.readZigzag();
            long dayEpoch = in.readVarint();
            int version = in.readCount(Integer.MAX_VALUE);
            int parts = in.readCount(in.remaining());
            List<ColdDay.Part> listed = new ArrayList<>(parts);
            for (int part = 0; part < parts; part++) {
                listed.add(new ColdDay.Part(in.readVarint(), in.readLong()));
            }
            days.put(number, new ColdDay(number, dayEpoch, version, listed));
        }
        return new ColdManifest(shard, epoch, days);
    }
}
