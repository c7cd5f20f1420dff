package io.pharos.simulation.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pharos.simulation.WriteRequestReader;
import io.pharos.simulation.pool.Fleet;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class BodyTemplateTest {
    @Test
    void filledBodiesReadBackAsWritten() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            List<Labels> series = randomSeries(random);
            BodyTemplate template = BodyTemplate.of(series);
            byte[] buffer = new byte[template.length()];
            for (int fill = 0; fill < 3; fill++) {
                double[] values = random.doubles(series.size(), -1e9, 1e9).toArray();
                long millis = 1_700_000_000_000L + random.nextInt();
                template.fill(values, millis, buffer);
                List<WriteRequestReader.Sample> read = WriteRequestReader.read(buffer);
                assertThat(read).hasSize(series.size());
                for (int i = 0; i < values.length; i++) {
                    assertThat(read.get(i)).isEqualTo(new WriteRequestReader.Sample(series.get(i), millis, values[i]));
                }
            }
        }
    }

    @Test
    void aFleetsBodyIsNotMuchLargerThanSnappyMakesIt() throws Exception {
        Fleet fleet = new Fleet(40, 50);
        List<Labels> series = new ArrayList<>();
        for (int i = 0; i < fleet.series(); i++) {
            series.add(fleet.labels(i));
        }
        BodyTemplate template = BodyTemplate.of(series);
        byte[] buffer = new byte[template.length()];
        template.fill(new Random(1).doubles(series.size()).toArray(), 1_700_000_000_000L, buffer);
        int plain = Snappy.compress(Snappy.uncompress(buffer)).length;
        assertThat(template.length()).isLessThan(plain * 3 / 2);
    }

    @Test
    void aTimestampOfAnotherLengthIsRefused() {
        BodyTemplate template = BodyTemplate.of(List.of(Labels.of("__name__", "a")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> template.fill(new double[1], 12, new byte[template.length()]))
                .withMessageContaining("timestamp 12");
    }

    private static List<Labels> randomSeries(Random random) {
        List<Labels> series = new ArrayList<>();
        int count = 1 + random.nextInt(400);
        for (int i = 0; i < count; i++) {
            Labels.Builder labels = new Labels.Builder().set("__name__", "metric_" + random.nextInt(20));
            for (int label = random.nextInt(6); label > 0; label--) {
                char[] filler = new char[random.nextInt(random.nextInt(20) == 0 ? 3000 : 40) + 1];
                Arrays.fill(filler, (char) ('a' + random.nextInt(3)));
                labels.set("label" + random.nextInt(9), new String(filler) + random.nextInt(100));
            }
            series.add(labels.set("instance", "server-" + i).build());
        }
        return series;
    }
}
