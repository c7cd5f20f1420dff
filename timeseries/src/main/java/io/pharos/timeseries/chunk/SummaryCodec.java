package io.pharos.timeseries.chunk;

/** How the summary of a sealed chunk is written: numbers as varints, doubles without their trailing zero bytes. */
final class SummaryCodec {
    private static final int AS_FIRST = 9;
    private static final int AS_LAST = 10;
    private static final int AS_INTEGER = 11;
    private static final int SCALE_MAX = 9;

    private SummaryCodec() {}

    static void write(ChunkSummary summary, ByteWriter out) {
        out.putVarint(summary.count());
        out.putVarint(Scaled.zigzag(summary.firstTimestampMillis()));
        out.putVarint(summary.lastTimestampMillis() - summary.firstTimestampMillis());
        out.putVarint(summary.staleCount());
        out.putVarint(summary.counterResets());
        long first = ValueCodec.bits(summary.first());
        long last = ValueCodec.bits(summary.last());
        long min = ValueCodec.bits(summary.min());
        long max = ValueCodec.bits(summary.max());
        long sum = ValueCodec.bits(summary.sum());
        int scale = scaleOf(summary);
        int firstLength = length(first, scale);
        int lastLength = last == first ? AS_FIRST : length(last, scale);
        int minLength = length(min, first, last, scale);
        int maxLength = length(max, first, last, scale);
        int sumLength = length(sum, first, last, scale);
        out.putByte(firstLength << 4 | lastLength);
        out.putByte(minLength << 4 | maxLength);
        out.putByte(scale << 4 | sumLength);
        put(out, first, firstLength, scale);
        put(out, last, lastLength, scale);
        put(out, min, minLength, scale);
        put(out, max, maxLength, scale);
        put(out, sum, sumLength, scale);
    }

    /** The smallest power of ten under which the four values are integers; 0 where there is none. */
    private static int scaleOf(ChunkSummary summary) {
        for (int scale = 0; scale <= SCALE_MAX; scale++) {
            if (Scaled.toInteger(summary.first(), scale) != Scaled.NONE
                    && Scaled.toInteger(summary.last(), scale) != Scaled.NONE
                    && Scaled.toInteger(summary.min(), scale) != Scaled.NONE
                    && Scaled.toInteger(summary.max(), scale) != Scaled.NONE) {
                return scale;
            }
        }
        return 0;
    }

    private static int length(long bits, int scale) {
        long integer = Scaled.toInteger(Double.longBitsToDouble(bits), scale);
        int top = ValueCodec.topBytes(bits);
        boolean shorter = integer != Scaled.NONE && Scaled.bitLength(Scaled.zigzag(integer)) <= 7 * top;
        return shorter && top > 0 ? AS_INTEGER : top;
    }

    private static int length(long bits, long first, long last, int scale) {
        return bits == first ? AS_FIRST : bits == last ? AS_LAST : length(bits, scale);
    }

    private static void put(ByteWriter out, long bits, int length, int scale) {
        if (length == AS_INTEGER) {
            out.putVarint(Scaled.zigzag(Scaled.toInteger(Double.longBitsToDouble(bits), scale)));
        } else if (length <= Long.BYTES) {
            out.putTop(bits, length);
        }
    }

    static ChunkSummary read(ByteReader in) {
        int count = in.count(SealedChunk.SAMPLES_MAX);
        if (count == 0) {
            throw in.corrupt("no samples");
        }
        long firstTime = Scaled.unzigzag(in.varint());
        long lastTime = firstTime + in.varint();
        int stale = in.count(count);
        int resets = in.count(count);
        int firstAndLast = in.readByte();
        int minAndMax = in.readByte();
        int scaleAndSum = in.readByte();
        int scale = scaleAndSum >>> 4;
        long first = get(in, firstAndLast >>> 4, 0, 0, scale);
        long last = get(in, firstAndLast & 15, first, 0, scale);
        long min = get(in, minAndMax >>> 4, first, last, scale);
        long max = get(in, minAndMax & 15, first, last, scale);
        long sum = get(in, scaleAndSum & 15, first, last, scale);
        return new ChunkSummary(
                count,
                stale,
                firstTime,
                lastTime,
                Double.longBitsToDouble(sum),
                Double.longBitsToDouble(min),
                Double.longBitsToDouble(max),
                Double.longBitsToDouble(first),
                Double.longBitsToDouble(last),
                resets);
    }

    private static long get(ByteReader in, int length, long first, long last, int scale) {
        return switch (length) {
            case AS_FIRST -> first;
            case AS_LAST -> last;
            case AS_INTEGER -> ValueCodec.bits(Scaled.toDouble(Scaled.unzigzag(in.varint()), scale));
            default -> {
                if (length > Long.BYTES) {
                    throw in.corrupt("a double of " + length + " bytes");
                }
                yield in.top(length);
            }
        };
    }
}
