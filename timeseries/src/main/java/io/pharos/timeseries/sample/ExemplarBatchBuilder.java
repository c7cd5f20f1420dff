package io.pharos.timeseries.sample;

import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Gathers exemplars as they are read, within the limits that can be looked at there. Not thread-safe. */
public final class ExemplarBatchBuilder {
    private final int max;
    private final List<SeriesExemplars> series = new ArrayList<>();
    private final Map<ExemplarRefusal, Integer> refused = new EnumMap<>(ExemplarRefusal.class);
    private int taken;

    /** @param max how many a request or scrape may hold; further ones are refused */
    public ExemplarBatchBuilder(int max) {
        this.max = max;
    }

    /** Whether further ones would be refused whatever they are. */
    public boolean isFull() {
        return taken >= max;
    }

    /** Takes one, or refuses it for a reason of its own. */
    public void add(Labels ofSeries, Exemplar exemplar) {
        if (isFull()) {
            refuse(ExemplarRefusal.REQUEST_LIMIT);
        } else if (Exemplar.characters(exemplar.labels()) > Exemplar.LABEL_CHARACTERS_MAX) {
            refuse(ExemplarRefusal.LABELS_TOO_LONG);
        } else {
            taken++;
            if (series.isEmpty() || !series.get(series.size() - 1).series().equals(ofSeries)) {
                series.add(new SeriesExemplars(ofSeries, new ArrayList<>(1)));
            }
            series.get(series.size() - 1).exemplars().add(exemplar);
        }
    }

    /** Counts one that is not taken. */
    public void refuse(ExemplarRefusal reason) {
        refused.merge(reason, 1, Integer::sum);
    }

    /** What was gathered; the builder must not be used afterwards. */
    public ExemplarBatch build() {
        return series.isEmpty() && refused.isEmpty() ? ExemplarBatch.EMPTY : new ExemplarBatch(series, refused);
    }
}
