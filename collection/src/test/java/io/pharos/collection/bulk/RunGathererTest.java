package io.pharos.collection.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunGathererTest {
    @Test
    void seriesOfManyLabelBytesAreGivenAwayBeforeTheyFillTheHeap() {
        List<SampleBatch> batches = new ArrayList<>();
        RunGatherer gatherer = new RunGatherer(500_000, batches::add);
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 100; i++) {
            byte[] name = ("series " + i).getBytes(StandardCharsets.UTF_8);
            assertThat(gatherer.find(name, 0, name.length)).isNull();
            gatherer.sample(
                    gatherer.add(name, 0, name.length, Labels.of("__name__", "m", "i", i + large)), 1000 + i, i);
        }
        gatherer.flush();
        assertThat(batches).hasSizeBetween(3, 5);
        assertThat(batches.stream().mapToInt(SampleBatch::sampleCount).sum()).isEqualTo(100);
        assertThat(batches).allSatisfy(batch -> assertThat(batch.labelBytes()).hasSizeLessThan(36 << 20));
    }

    @Test
    void linesWithoutSamplesLeaveNothingBehind() throws Exception {
        List<SampleBatch> batches = new ArrayList<>();
        RunGatherer gatherer = new RunGatherer(10, batches::add);
        byte[] line =
                "{\"metric\":{\"__name__\":\"m\"},\"values\":[],\"timestamps\":[]}".getBytes(StandardCharsets.UTF_8);
        new JsonLines(Labels.EMPTY).read(line, 0, line.length, gatherer);
        gatherer.flush();
        assertThat(batches).isEmpty();
        assertThat(gatherer.gathered()).isZero();
    }
}
