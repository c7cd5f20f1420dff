package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.wire.MalformedBodyException;
import java.util.Arrays;

/** The numbers of a repeated field of doubles. Used again for the next message. What passes the limit is read and not kept. */
final class DoubleColumn {
    private static final int LENGTH_DELIMITED = 2;

    private final String what;
    private final int sizeMax;
    private double[] values = new double[8];
    private int size;

    /** @param what how a sentence names the list */
    DoubleColumn(String what, int sizeMax) {
        this.what = what;
        this.sizeMax = sizeMax;
    }

    void clear() {
        size = 0;
    }

    /** Reads more numbers, packed or one alone; false where some passed the limit. */
    boolean read(ProtobufCursor in, int tag, int outerEnd) throws MalformedBodyException {
        if ((tag & 7) != LENGTH_DELIMITED) {
            return add(in.float64(outerEnd));
        }
        int end = in.messageEnd(outerEnd, what);
        boolean fits = true;
        while (in.at < end) {
            fits &= add(in.float64(end));
        }
        return fits;
    }

    private boolean add(double value) {
        if (size == sizeMax) {
            return false;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
        return true;
    }

    int size() {
        return size;
    }

    double get(int index) {
        return values[index];
    }

    double[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
