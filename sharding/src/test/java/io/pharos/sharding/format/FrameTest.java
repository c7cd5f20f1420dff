package io.pharos.sharding.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Test
    void numbersComeBackWhileTheBufferGrows() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            ByteWriter out = new ByteWriter(random.nextInt(20));
            long[] values = random.longs(60).map(v -> v >> random.nextInt(64)).toArray();
            byte[] block = new byte[random.nextInt(50)];
            random.nextBytes(block);
            for (long value : values) {
                out.writeLong(value);
                out.writeVarint(value);
                out.writeZigzag(value);
                out.writeInt((int) value);
                out.writeByte((int) value);
                out.writeBlock(block);
            }
            ByteReader in = new ByteReader(out.toByteArray(), 0, out.size());
            for (long value : values) {
                assertThat(in.readLong()).isEqualTo(value);
                assertThat(in.readVarint()).isEqualTo(value);
                assertThat(in.readZigzag()).isEqualTo(value);
                assertThat(in.readInt()).isEqualTo((int) value);
                assertThat(in.readByte()).isEqualTo((int) value & 0xff);
                assertThat(in.readBlock()).isEqualTo(block);
            }
            assertThat(in.remaining()).isZero();
        }
    }

    @Test
    void aFrameComesBackWithAndWithoutCompression() {
        ByteWriter header = new ByteWriter(4);
        header.writeVarint(300);
        ByteWriter body = new ByteWriter(4);
        for (int i = 0; i < 1000; i++) {
            body.writeInt(i / 100);
        }
        for (int level : new int[] {0, 1, 3}) {
            Frame frame = Frame.read(Frame.write(9, header, body, level), 9, "test");
            assertThat(frame.header().readVarint()).isEqualTo(300);
            ByteReader in = frame.body();
            for (int i = 0; i < 1000; i++) {
                assertThat(in.readInt()).isEqualTo(i / 100);
            }
        }
        assertThat(Frame.write(9, header, body, 1).remaining()).isLessThan(body.size() / 4);
    }

    @Test
    void anyDamagedByteIsNoticed() {
        ByteWriter body = new ByteWriter(4);
        body.writeBlock(new byte[] {1, 2, 3, 4, 5});
        ByteBuffer blob = Frame.write(9, new ByteWriter(0), body, 1);
        for (int i = 0; i < blob.remaining(); i++) {
            byte[] bytes = new byte[blob.remaining()];
            blob.duplicate().get(bytes);
            bytes[i] ^= 0x10;
            assertThatThrownBy(() -> Frame.read(ByteBuffer.wrap(bytes), 9, "row 7"))
                    .isInstanceOf(CorruptBlobException.class)
                    .hasMessageContaining("row 7");
        }
        assertThatThrownBy(() -> Frame.read(ByteBuffer.allocate(3), 9, "row 7"))
                .isInstanceOf(CorruptBlobException.class);
        assertThatThrownBy(() -> Frame.read(blob, 8, "row 7")).hasMessageContaining("format 9");
    }
}
