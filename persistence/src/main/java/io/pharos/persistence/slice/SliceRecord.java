package io.pharos.persistence.slice;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What one write to the table {@code slices} says about some slices of a day. Records are only ever added; what a day is follows from
 * all of its records in any order: a slice one of them closes is closed, and of reservations the greatest counts.
 *
 * @param untilMillis when it expires, not before any row of these slices
 * @param plainUntilDay up to this day there may be rows in slice 0 that no record tells of
 */
public record SliceRecord(long untilMillis, long plainUntilDay, List<Entry> entries) {
    /** The first byte (on disk); see docs/format/slices.md. */
    private static final byte FORMAT = 10;

    private static final int CLOSED = 1;
    private static final int ENDS = 2;
    private static final int BOUNDED = 4;
    private static final int KNOWN_FLAGS = CLOSED | ENDS | BOUNDED;
    private static final int HEADER_BYTES = 1 + 2 * Long.BYTES;
    private static final int CRC_BYTES = Integer.BYTES;
    private static final int ENTRY_BYTES_MAX = Integer.BYTES + 1 + 9 * Long.BYTES;

    /**
     * A slice as a record has it.
     *
     * @param to exclusive; null where there is no end
     * @param reserved bytes that may be in it
     * @param first the lowest key in a closed slice, where all of its rows are known
     * @param last the highest one
     */
    public record Entry(
            int number,
            SliceKey from,
            @Nullable SliceKey to,
            boolean closed,
            long reserved,
            @Nullable SliceKey first,
            @Nullable SliceKey last) {}

    /** Copies the list. */
    public SliceRecord {
        entries = List.copyOf(entries);
    }

    /** As it is stored. */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + entries.size() * ENTRY_BYTES_MAX + CRC_BYTES);
        out.put(FORMAT).putLong(untilMillis).putLong(plainUntilDay);
        for (Entry entry : entries) {
            boolean bounded = entry.first != null && entry.last != null;
            out.putInt(entry.number)
                    .put((byte) ((entry.closed ? CLOSED : 0) | (entry.to != null ? ENDS : 0) | (bounded ? BOUNDED : 0)))
                    .putLong(entry.reserved);
            put(out, entry.from);
            if (entry.to != null) {
                put(out, entry.to);
            }
            if (entry.first != null && entry.last != null) {
                put(out, entry.first);
                put(out, entry.last);
            }
        }
        out.putInt(crc(out.duplicate().flip()));
        return out.flip();
    }

    /**
     * The record of stored bytes.
     *
     * @throws IllegalArgumentException saying what is wrong with them
     */
    public static SliceRecord decode(ByteBuffer stored) {
        ByteBuffer in = stored.duplicate();
        if (in.remaining() < HEADER_BYTES + CRC_BYTES) {
            throw new IllegalArgumentException("it has " + in.remaining() + " bytes only");
        }
        byte format = in.get(in.position());
        if (format != FORMAT) {
            throw new IllegalArgumentException("it has the format " + format + ", not " + FORMAT);
        }
        in.limit(in.limit() - CRC_BYTES);
        if (stored.getInt(in.limit()) != crc(in.duplicate())) {
            throw new IllegalArgumentException("its checksum does not match");
        }
        in.get();
        long until = in.getLong();
        long plainUntil = in.getLong();
        List<Entry> entries = new ArrayList<>();
        try {
            while (in.hasRemaining()) {
                entries.add(entry(in));
            }
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException("its last entry is cut off", cut);
        }
        return new SliceRecord(until, plainUntil, entries);
    }

    private static Entry entry(ByteBuffer in) {
        int number = in.getInt();
        int flags = in.get();
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw new IllegalArgumentException("an entry has unknown flags: " + flags);
        }
        long reserved = in.getLong();
        SliceKey from = key(in);
        SliceKey to = (flags & ENDS) != 0 ? key(in) : null;
        SliceKey first = (flags & BOUNDED) != 0 ? key(in) : null;
        SliceKey last = (flags & BOUNDED) != 0 ? key(in) : null;
        return new Entry(number, from, to, (flags & CLOSED) != 0, reserved, first, last);
    }

    private static void put(ByteBuffer out, SliceKey key) {
        out.putLong(key.metricHash()).putLong(key.seriesHigh());
    }

    private static SliceKey key(ByteBuffer in) {
        return new SliceKey(in.getLong(), in.getLong());
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
