package io.pharos.sharding.exemplar;

import io.pharos.timeseries.sample.Exemplar;

/** One exemplar in {@link ExemplarMemory}, whose monitor guards it. */
final class KeptExemplar {
    /** Where it is. */
    enum State {
        /** In memory alone. */
        WAITING,
        /** Being written. */
        WRITING,
        /** In the store too. */
        STORED,
        /** No longer in memory; it may still be being written. */
        GONE
    }

    final KeptSeries series;
    final Exemplar exemplar;
    State state = State.WAITING;

    KeptExemplar(KeptSeries series, Exemplar exemplar) {
        this.series = series;
        this.exemplar = exemplar;
    }

    /** About what it takes in memory: objects, map entries, strings. */
    long memoryBytes() {
        return memoryBytes(exemplar);
    }

    static long memoryBytes(Exemplar exemplar) {
        long bytes = 320;
        for (int i = 0; i < exemplar.labels().size(); i++) {
            bytes += 112
                    + exemplar.labels().name(i).length()
                    + exemplar.labels().value(i).length();
        }
        return bytes;
    }
}
