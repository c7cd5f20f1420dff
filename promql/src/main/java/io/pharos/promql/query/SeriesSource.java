package io.pharos.promql.query;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.List;

/**
 * The port the engine reads from: selects series and walks their samples. Called on a thread that may block. Failures are
 * {@link QueryException}.
 */
public interface SeriesSource {
    /**
     * Selects series.
     *
     * @param matchers all must hold; at least one does not match the empty string
     * @param fromMillis samples at or after this are wanted, inclusive
     * @param toMillis samples at or before this are wanted, inclusive
     */
    SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis);

    /**
     * Selects series of which a column of roll-ups is read. A series that has no points of a stretch's resolution gives those of
     * the next coarser one that it has there, or its raw samples. Of a source without roll-ups these are the raw samples.
     *
     * @param fromMillis points and samples at or after this are wanted, inclusive
     * @param toMillis at or before this, inclusive
     * @param read the column, and which resolution where; times of points are the ends of their intervals
     */
    default SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis, TierRead read) {
        return TieredSet.ofRaw(select(matchers, fromMillis, toMillis), read.column());
    }

    /** The same source with the series of one group of {@link Tiers#groups} only; of a source that knows no groups all of them. */
    default SeriesSource only(Tiers.Group group) {
        return this;
    }

    /** How many chunks were opened for decoding so far, for all that was selected; 0 of a source that has none. */
    default long chunks() {
        return 0;
    }

    /** What the series selected so far should have had and could not be given, a sentence each; asked after they were read. */
    default List<String> warnings() {
        return List.of();
    }

    /** Series in no particular order; each label set comes once. Used by one thread; closing releases what it holds. */
    interface SeriesSet extends AutoCloseable {
        /** Moves to the next series; false at the end. */
        boolean next();

        /** The labels of the current series. */
        Labels labels();

        /** The samples of the current series, strictly ascending, stale markers included; may begin before the range. */
        SampleIterator samples();

        @Override
        void close();
    }
}
