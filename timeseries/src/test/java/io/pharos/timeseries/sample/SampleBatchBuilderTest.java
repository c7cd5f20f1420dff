package io.pharos.timeseries.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SampleBatchBuilderTest {
    @Test
    void onlyAHintThatHoldsWithoutTheSampleBeforeIsKept() {
        for (CounterResetHint hint : CounterResetHint.values()) {
            SampleBatch batch = new SampleBatchBuilder()
                    .series(Labels.of("__name__", "h"))
                    .histogram(1, Histogram.EMPTY.withHint(hint))
                    .build();
            EncodedHistogram only = Objects.requireNonNull(batch.histograms())[0];
            assertThat(Objects.requireNonNull(only).histogram().hint())
                    .isEqualTo(hint == CounterResetHint.NOT_RESET ? CounterResetHint.UNKNOWN : hint);
        }
    }
}
