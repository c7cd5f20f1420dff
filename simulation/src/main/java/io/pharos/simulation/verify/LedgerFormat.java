package io.pharos.simulation.verify;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.Timetable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The records of a ledger: a type byte, fields of fixed size in big-endian order, and a CRC32C of both. */
final class LedgerFormat {
    static final int MAGIC_BYTES = 8;
    static final byte SESSION = 1;
    static final byte ACKNOWLEDGED = 2;
    static final byte INCIDENT = 3;
    static final int RECORD_BYTES_MAX = 64;

    /** Changes whenever {@code ServerValues} gives another value for the same arguments. */
    static final int MODEL_VERSION = 1;

    private static final byte[] MAGIC = "PHLEDGR1".getBytes(StandardCharsets.US_ASCII);
    private static final int SESSION_BYTES = 4 + 8 + 4 + 4 + 8 + 8 + 4;
    private static final int ACKNOWLEDGED_BYTES = 4 + 4;
    private static final int INCIDENT_BYTES = 1 + 4 + 8 + 8;
    private static final int CRC_BYTES = 4;

    private LedgerFormat() {}

    static void putMagic(ByteBuffer out) {
        out.put(MAGIC);
    }

    static boolean isMagic(ByteBuffer in) {
        for (byte expected : MAGIC) {
            if (in.get() != expected) {
                return false;
            }
        }
        return true;
    }

    static void putSession(ByteBuffer out, long seed, Fleet fleet, Timetable timetable) {
        out.put(SESSION);
        out.putInt(MODEL_VERSION);
        out.putLong(seed);
        out.putInt(fleet.servers());
        out.putInt(fleet.metrics());
        out.putLong(timetable.baseMillis());
        out.putLong(timetable.intervalMillis());
        out.putInt(timetable.batchSize());
        putCrc(out);
    }

    static void putAcknowledged(ByteBuffer out, int batch, int tick) {
        out.put(ACKNOWLEDGED);
        out.putInt(batch);
        out.putInt(tick);
        putCrc(out);
    }

    static void putIncident(ByteBuffer out, Incident incident) {
        out.put(INCIDENT);
        out.put(kindCode(incident.kind()));
        out.putInt(incident.pool());
        out.putLong(incident.fromMillis());
        out.putLong(incident.untilMillis());
        putCrc(out);
    }

    private static void putCrc(ByteBuffer out) {
        out.putInt(crc(out, 0, out.position()));
    }

    /** The whole length of a record of this type, or 0 for an unknown one. */
    static int recordBytes(byte type) {
        return switch (type) {
            case SESSION -> 1 + SESSION_BYTES + CRC_BYTES;
            case ACKNOWLEDGED -> 1 + ACKNOWLEDGED_BYTES + CRC_BYTES;
            case INCIDENT -> 1 + INCIDENT_BYTES + CRC_BYTES;
            default -> 0;
        };
    }

    /** Whether the record that starts at a position of the buffer is whole and right. */
    static boolean isValid(ByteBuffer in, int at) {
        int bytes = recordBytes(in.get(at));
        return bytes > 0
                && in.limit() - at >= bytes
                && in.getInt(at + bytes - CRC_BYTES) == crc(in, at, at + bytes - CRC_BYTES);
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(from).limit(to));
        return (int) crc.getValue();
    }

    static LedgerSession session(ByteBuffer in, int at) {
        int version = in.getInt(at + 1);
        if (version != MODEL_VERSION) {
            throw new IllegalArgumentException(
                    "a session of value model " + version + ", this program knows " + MODEL_VERSION);
        }
        Fleet fleet = new Fleet(in.getInt(at + 13), in.getInt(at + 17));
        return new LedgerSession(
                in.getLong(at + 5),
                fleet,
                new Timetable(in.getLong(at + 21), in.getLong(at + 29), fleet.series(), in.getInt(at + 37)));
    }

    static Incident incident(ByteBuffer in, int at) {
        return new Incident(kindOf(in.get(at + 1)), in.getInt(at + 2), in.getLong(at + 6), in.getLong(at + 14));
    }

    private static byte kindCode(IncidentKind kind) {
        return switch (kind) {
            case CPU -> 'c';
            case DOWN -> 'd';
            case QUEUE -> 'q';
        };
    }

    private static IncidentKind kindOf(byte code) {
        return switch (code) {
            case 'c' -> IncidentKind.CPU;
            case 'd' -> IncidentKind.DOWN;
            case 'q' -> IncidentKind.QUEUE;
            default -> throw new IllegalArgumentException("unknown incident kind " + code);
        };
    }
}
