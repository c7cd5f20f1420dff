package io.pharos.sharding.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.Frame;
import io.pharos.sharding.format.Golden;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Log rows across a rolling upgrade: nodes of this version and of one to come read each other's logs when a shard moves. The next
 * version's section has one more field at its end, where fields are added: who sent the samples.
 */
class LogBlobNextTest {
    /** Sections of the row that this version wrote, by shard: epoch, samples and bytes. */
    private record Section(int shard, long epoch, int samples, byte[] bytes) {}

    private static List<Section> sections(ByteBuffer row) {
        Frame frame = Frame.read(row, LogBlob.FORMAT, "log row");
        ByteReader directory = frame.header();
        ByteReader body = frame.body();
        List<Section> sections = new ArrayList<>();
        while (directory.remaining() > 0) {
            int shard = directory.readCount(Integer.MAX_VALUE);
            long epoch = directory.readVarint();
            int samples = directory.readCount(Integer.MAX_VALUE);
            int length = directory.readCount(Integer.MAX_VALUE);
            byte[] bytes = new byte[length];
            System.arraycopy(body.array(), body.skip(length), bytes, 0, length);
            sections.add(new Section(shard, epoch, samples, bytes));
        }
        return sections;
    }

    /** The row as the next version writes it. */
    private static ByteBuffer next(ByteBuffer row, int format, int sender) {
        ByteWriter directory = new ByteWriter(64);
        ByteWriter body = new ByteWriter(256);
        for (Section section : sections(row)) {
            int begin = body.size();
            body.writeBytes(section.bytes, 0, section.bytes.length);
            body.writeVarint(sender + section.shard);
            directory.writeVarint(section.shard);
            directory.writeVarint(section.epoch);
            directory.writeVarint(section.samples);
            directory.writeVarint(body.size() - begin);
        }
        return Frame.write(format, directory, body, 1);
    }

    /** Senders by shard as the next version reads them, 0 where the section has none: after the samples, which it reads as this one. */
    private static Map<Integer, Integer> readNext(ByteBuffer row) {
        Map<Integer, Integer> senders = new TreeMap<>();
        for (Section section : sections(row)) {
            ByteReader in = new ByteReader(section.bytes, 0, section.bytes.length);
            LogBlob.decodePart(section.shard, section.epoch, section.samples, false, in);
            senders.put(section.shard, in.remaining() == 0 ? 0 : (int) in.readVarint());
        }
        return senders;
    }

    @Test
    void thisVersionReadsTheNextOnesRowsAndTheNextReadsThese() {
        ByteBuffer row = Golden.read("log-row.hex");
        ByteBuffer newer = next(row, LogBlob.FORMAT, 1000);
        assertThat(LogBlob.decode(newer, shard -> true))
                .usingRecursiveComparison()
                .withEqualsForType(
                        (a, b) -> Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b), Double.class)
                .isEqualTo(LogBlob.decode(row, shard -> true));
        assertThat(LogBlob.decode(newer, shard -> shard == 7))
                .usingRecursiveComparison()
                .withEqualsForType(
                        (a, b) -> Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b), Double.class)
                .isEqualTo(LogBlob.decode(row, shard -> shard == 7));
        assertThat(readNext(newer)).isEqualTo(Map.of(2, 1002, 7, 1007));
        assertThat(readNext(row)).isEqualTo(Map.of(2, 0, 7, 0));
    }

    @Test
    void anotherFormatIsRefusedAndNamed() {
        ByteBuffer other = next(Golden.read("log-row.hex"), 17, 1000);
        assertThatThrownBy(() -> LogBlob.decode(other, shard -> true))
                .hasMessageContaining("log row: format 17 where 1 and 5 are known");
    }
}
