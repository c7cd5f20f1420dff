package io.pharos.sharding.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Golden;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.store.StoredMask;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MaskBlobTest {
    private static final Mask MASK = new Mask(
            new UUID(0x0102030405060708L, -2),
            9,
            4711,
            12,
            List.of(
                    List.of(LabelMatcher.equal("__name__", "up")),
                    List.of(
                            LabelMatcher.of(LabelMatcher.Type.REGEX, "job", "a.*b"),
                            LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "host", "ü"))),
            Long.MIN_VALUE,
            1_700_000_000_000L,
            1_700_000_000_001L);

    @Test
    void aMaskComesBackAsItWasWritten() {
        StoredMask row = MaskBlob.write(5, MASK);
        assertThat(row.epoch()).isEqualTo(9);
        assertThat(row.sequence()).isEqualTo(4711);
        ByteBuffer golden = Golden.check("mask.hex", row.data());
        assertThat(MaskBlob.read(5, new StoredMask(9, 4711, golden))).isEqualTo(MASK);
    }

    @Test
    void aMaskOfAnotherPlaceOrDamagedIsRefusedByName() {
        StoredMask row = MaskBlob.write(5, MASK);
        assertThatThrownBy(() -> MaskBlob.read(6, row))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContaining("shard 5");
        assertThatThrownBy(() -> MaskBlob.read(5, new StoredMask(10, 4711, row.data())))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContaining("epoch 9");
        byte[] bytes = new byte[row.data().remaining()];
        for (int i = 0; i < bytes.length; i++) {
            row.data().duplicate().get(bytes);
            bytes[i] ^= 4;
            ByteBuffer damaged = ByteBuffer.wrap(bytes);
            assertThatThrownBy(() -> MaskBlob.read(5, new StoredMask(9, 4711, damaged)))
                    .isInstanceOf(CorruptBlobException.class);
        }
    }
}
