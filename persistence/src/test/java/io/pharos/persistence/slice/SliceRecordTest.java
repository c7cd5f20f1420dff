package io.pharos.persistence.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceRecordTest {
    /** As docs/format/slices.md says, byte by byte. */
    private static final String GOLDEN = "0a" + "0000019e00000000" + "0000000000005054"
            + "00000000" + "05" + "0000000002625a00"
            + "8000000000000000" + "0000000000000000"
            + "ffffffffffffffff" + "8000000000000000" + "9000000000000001" + "0000000000000002"
            + "00000007" + "02" + "00000000003d0900"
            + "8000000000000000" + "0000000000000000"
            + "0000000000000005" + "ff00000000000000";

    private static final SliceRecord RECORD = new SliceRecord(
            0x19e00000000L,
            0x5054,
            List.of(
                    new SliceRecord.Entry(
                            0,
                            SliceKey.LOWEST,
                            null,
                            true,
                            40_000_000,
                            new SliceKey(-1, Long.MIN_VALUE),
                            new SliceKey(0x9000000000000001L, 2)),
                    new SliceRecord.Entry(
                            7, SliceKey.LOWEST, new SliceKey(5, 0xff00000000000000L), false, 4_000_000, null, null)));

    @Test
    void theSizeOfSlicesIsASetting() {
        assertThat(SliceSizes.of(20_000_000)).isEqualTo(SliceSizes.DEFAULT);
        assertThatThrownBy(() -> SliceSizes.of(3_999))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slice-size: 3999 bytes");
    }

    @Test
    void bytesAreTheFormatsAndComeBack() {
        ByteBuffer stored = RECORD.encode();
        byte[] bytes = new byte[stored.remaining()];
        stored.duplicate().get(bytes);
        String hex = HexFormat.of().formatHex(bytes);
        assertThat(hex.substring(0, hex.length() - 8)).isEqualTo(GOLDEN);
        assertThat(SliceRecord.decode(stored)).isEqualTo(RECORD);
    }

    @Test
    void whatIsDamagedIsRefused() {
        ByteBuffer stored = RECORD.encode();
        for (int at = 1; at < stored.remaining(); at++) {
            ByteBuffer damaged = ByteBuffer.allocate(stored.remaining());
            damaged.put(stored.duplicate()).flip();
            damaged.put(at, (byte) (damaged.get(at) ^ 1));
            assertThatThrownBy(() -> SliceRecord.decode(damaged)).hasMessageContaining("checksum");
        }
        assertThatThrownBy(() -> SliceRecord.decode(ByteBuffer.wrap(new byte[40])))
                .hasMessage("it has the format 0, not 10");
        assertThatThrownBy(() -> SliceRecord.decode(ByteBuffer.wrap(new byte[9])))
                .hasMessage("it has 9 bytes only");
    }
}
