package io.pharos.sharding.exemplar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExemplarListTest {
    private static final List<SeriesExemplars> SMALL = List.of(new SeriesExemplars(
            Labels.of("__name__", "h_bucket", "le", "1.0"),
            List.of(
                    new Exemplar(Labels.of("trace_id", "ab"), 0.5, 1_700_000_000_000L, true),
                    new Exemplar(Labels.EMPTY, 2, 1_699_999_999_999L, false))));

    /** Written byte by byte by docs/format/exemplars.md: it does not change. */
    private static final String SMALL_BYTES = "01" // one series
            + "19" + "085f5f6e616d655f5f" + "08685f6275636b6574" + "026c65" + "03312e30"
            + "02" // two exemplars
            + "0c" + "0874726163655f6964" + "026162" + "01" + "80a0abfef962" + "000000000000e03f"
            + "00" + "00" + "01" + "0000000000000040";

    private static byte[] written(List<SeriesExemplars> all) {
        ByteWriter out = new ByteWriter(16);
        ExemplarList.write(all, out);
        return out.toByteArray();
    }

    private static List<SeriesExemplars> random(Random random, int series) {
        List<SeriesExemplars> all = new ArrayList<>();
        for (int i = 0; i < series; i++) {
            List<Exemplar> exemplars = new ArrayList<>();
            for (int j = random.nextInt(20); j >= 0; j--) {
                exemplars.add(new Exemplar(
                        random.nextInt(9) == 0
                                ? Labels.EMPTY
                                : Labels.of("trace_id", Long.toHexString(random.nextLong()), "\u00fc", "\ud83d\ude00"),
                        random.nextInt(9) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian(),
                        random.nextLong() >> random.nextInt(2, 40),
                        random.nextBoolean()));
            }
            all.add(new SeriesExemplars(Labels.of("__name__", "m" + random.nextInt(3), "i", "" + i), exemplars));
        }
        return all;
    }

    @Test
    void theFormIsAsWrittenDown() {
        assertThat(HexFormat.of().formatHex(written(SMALL))).isEqualTo(SMALL_BYTES);
        byte[] bytes = HexFormat.of().parseHex(SMALL_BYTES);
        assertThat(ExemplarList.read(new ByteReader(bytes, 0, bytes.length))).isEqualTo(SMALL);
    }

    @Test
    void everyListComesBackAsItWas() {
        Random random = new Random(8);
        for (int i = 0; i < 200; i++) {
            List<SeriesExemplars> all = random(random, random.nextInt(20));
            assertThat(ExemplarList.read(ExemplarList.blob(all))).isEqualTo(all);
        }
    }

    @Test
    void aDamagedBlobIsAnErrorAndNeverAnotherList() {
        ByteBuffer blob = ExemplarList.blob(random(new Random(9), 10));
        for (int i = 0; i < blob.remaining(); i++) {
            byte[] damaged = new byte[blob.remaining()];
            blob.duplicate().get(damaged);
            damaged[i] ^= 0x10;
            assertThatThrownBy(() -> ExemplarList.read(ByteBuffer.wrap(damaged)))
                    .isInstanceOf(CorruptBlobException.class);
        }
    }

    @Test
    void partsAreSmallAndTogetherAreTheWhole() {
        List<SeriesExemplars> all = random(new Random(10), 100);
        List<List<SeriesExemplars>> parts = ExemplarList.cut(all, 2_000);
        assertThat(parts).hasSizeGreaterThan(20);
        List<SeriesExemplars> together = new ArrayList<>();
        for (List<SeriesExemplars> part : parts) {
            assertThat(written(part).length).isLessThanOrEqualTo(2_000);
            for (SeriesExemplars some : part) {
                int last = together.size() - 1;
                if (last >= 0 && together.get(last).series().equals(some.series())) {
                    together.get(last).exemplars().addAll(some.exemplars());
                } else {
                    together.add(new SeriesExemplars(some.series(), new ArrayList<>(some.exemplars())));
                }
            }
        }
        assertThat(together).isEqualTo(all);
        assertThat(ExemplarList.cut(List.of(), 100)).isEmpty();
    }
}
