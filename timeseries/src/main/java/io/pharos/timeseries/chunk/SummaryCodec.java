package io.pharos.timeseries.chunk;

/** How the summary of a sealed chunk is written: numbers as varints, doubles without their trailing zero bytes. */
final class SummaryCodec {
    private static final int AS_FIRST = 9;
    private static final int AS_LAST = 10;

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
        int lastLength = last == first ? AS_FIRST : ValueCodec.topBytes(last);
        int minLength = length(min, first, last);
        int maxLength = length(max, first, last);
        int sumLength = length(sum, first, last);
        int firstLength = ValueCodec.topBytes(first);
        out.putByte(firstLength << 4 | lastLength);
        out.putByte(minLength << 4 | maxLength);
        out.putByte(sumLength);
        put(out, first, firstLength);
        put(out, last, lastLength);
        put(out, min, minLength);
        put(out, max, maxLength);
        put(out, sum, sumLength);
    }

    private static int length(long bits, long first, long last) {
        return bits == first ? AS_FIRST : bits == last ? AS_LAST : ValueCodec.topBytes(bits);
    }

    private static void put(ByteWriter out, long bits, int length) {
        if (length <= Long.BYTES) {
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
        int sumLength = in.readByte();
        long first = get(in, firstAndLast >>> 4, 0, 0);
        long last = get(in, firstAndLast & 15, first, 0);
        long min = get(in, minAndMax >>> 4, first, last);
        long max = get(in, minAndMax & 15, first, last);
        long sum = get(in, sumLength, first, last);
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

    private static long get(ByteReader in, int length, long first, long last) {
        return switch (length) {
            case AS_FIRST -> first;
            case AS_LAST -> last;
            default -> {
                if (length > Long.BYTES) {
                    throw in.corrupt("a double of " + length + " bytes");
                }
                yield in.top(length);
            }
        };
    }
}
