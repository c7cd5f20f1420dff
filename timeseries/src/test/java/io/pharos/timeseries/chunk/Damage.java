package io.pharos.timeseries.chunk;

import java.util.Arrays;
import java.util.Random;

/** Ways in which stored bytes go wrong. */
public final class Damage {
    private Damage() {}

    /** A changed bit, byte or stretch, a cut end, or something after the end; never the same bytes. */
    public static byte[] one(Random random, byte[] good) {
        byte[] bad = good.clone();
        do {
            int at = random.nextInt(bad.length);
            switch (random.nextInt(5)) {
                case 0 -> bad[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bad[at] = (byte) random.nextInt();
                case 2 ->
                    Arrays.fill(bad, at, Math.min(bad.length, at + 1 + random.nextInt(16)), (byte) random.nextInt());
                case 3 -> bad = Arrays.copyOf(bad, at);
                default -> bad = Arrays.copyOf(bad, bad.length + 1 + random.nextInt(9));
            }
        } while (bad.length > 0 && Arrays.equals(bad, good));
        return bad;
    }

    /** Damage after the checksum, and the checksum made right again: what only a faulty writer can make. */
    public static byte[] withRightChecksum(Random random, byte[] good) {
        byte[] bad = good.clone();
        int header = ByteWriter.CHECKSUM_AT + ByteWriter.CHECKSUM_BYTES;
        for (int i = random.nextInt(4); i >= 0; i--) {
            bad[header + random.nextInt(bad.length - header)] = (byte) random.nextInt();
        }
        if (random.nextInt(4) == 0) {
            bad = Arrays.copyOf(bad, header + random.nextInt(bad.length - header));
        }
        ByteWriter out = new ByteWriter(bad.length);
        for (byte each : bad) {
            out.putByte(each);
        }
        return out.sealed();
    }
}
