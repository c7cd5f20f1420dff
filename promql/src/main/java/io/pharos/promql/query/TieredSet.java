package io.pharos.promql.query;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.rollup.RollupColumn;
import io.pharos.timeseries.rollup.TieredSamples;
import java.util.List;

/** Raw series read as a column of roll-ups. */
final class TieredSet {
    private TieredSet() {}

    static SeriesSource.SeriesSet ofRaw(SeriesSource.SeriesSet raw, RollupColumn column) {
        return new SeriesSource.SeriesSet() {
            @Override
            public boolean next() {
                return raw.next();
            }

            @Override
            public Labels labels() {
                return raw.labels();
            }

            @Override
            public SampleIterator samples() {
                return new TieredSamples(
                        column, List.of(TieredSamples.Piece.ofRaw(Long.MIN_VALUE, Long.MAX_VALUE, raw.samples())));
            }

            @Override
            public void close() {
                raw.close();
            }
        };
    }
}
