package io.pharos.timeseries.store;

/** A place in an incarnation's log: the segment (from 0) and the commit inside it (from 0). A position never written is a hole. */
public record LogPosition(int segment, int commit) implements Comparable<LogPosition> {
    /** Where every log begins. */
    public static final LogPosition START = new LogPosition(0, 0);

    @Override
    public int compareTo(LogPosition other) {
        int order = Integer.compare(segment, other.segment);
        return order != 0 ? order : Integer.compare(commit, other.commit);
    }

    /** The position as one number, in the same order. */
    public long toLong() {
        return (long) segment << 32 | commit;
    }

    /** Reads {@link #toLong} back. */
    public static LogPosition ofLong(long packed) {
        return new LogPosition((int) (packed >>> 32), (int) packed);
    }
}
