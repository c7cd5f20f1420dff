package io.pharos.timeseries.sample;

import io.pharos.timeseries.labels.Labels;
import java.util.List;

/** Exemplars of one series, in the order they came or in that of time. */
public record SeriesExemplars(Labels series, List<Exemplar> exemplars) {}
