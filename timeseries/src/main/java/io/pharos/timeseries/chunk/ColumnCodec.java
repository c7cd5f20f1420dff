package io.pharos.timeseries.chunk;

/** One column of a stored row: a byte that names the codec, then what the codecs of sealed chunks write. */
public final class ColumnCodec {
    private ColumnCodec() {}

    /** Writes doubles between two indices (the end is exclusive; at least one) in the shortest codec that keeps every bit. */
    public static void putValues(double[] values, int from, int to, ByteWriter out) {
        ValueCodec.Encoded encoded = ValueCodec.encode(values, from, to);
        out.putByte(encoded.codec());
        out.putAll(encoded.bytes());
    }

    /**
     * Reads the codec's byte and so many doubles into the start of an array.
     *
     * @param scratch at least {@code count} places that may be overwritten
     */
    public static void readValues(ByteReader in, int count, double[] values, long[] scratch) {
        readValues(in.readByte(), in, count, values, scratch);
    }

    /** The same where the codec's byte was read. */
    public static void readValues(int codec, ByteReader in, int count, double[] values, long[] scratch) {
        if (codec > ValueCodec.XOR) {
            throw in.corrupt("unknown codec " + codec + " of values");
        }
        ValueCodec.read(codec, in, count, values, scratch);
    }

    /** Writes strictly ascending numbers between two indices (the end is exclusive; at least one) without first and last. */
    public static void putAscending(long[] numbers, int from, int to, ByteWriter out) {
        ByteWriter bytes = new ByteWriter(16);
        out.putByte(TimeCodec.write(numbers, from, to, bytes));
        out.putAll(bytes);
    }

    /** Reads strictly ascending numbers of which the first and the last are known into the start of an array. */
    public static void readAscending(ByteReader in, long first, long last, int count, long[] numbers) {
        int codec = in.readByte();
        if (codec > TimeCodec.STEPS) {
            throw in.corrupt("unknown codec " + codec + " of numbers");
        }
        TimeCodec.read(codec, in, first, last, count, numbers);
    }

    /** Writes a double without its trailing zero bytes. */
    public static void putDouble(ByteWriter out, double value) {
        ValueCodec.putDouble(out, value);
    }

    /** Reads what {@link #putDouble} wrote. */
    public static double getDouble(ByteReader in) {
        return ValueCodec.getDouble(in);
    }
}
