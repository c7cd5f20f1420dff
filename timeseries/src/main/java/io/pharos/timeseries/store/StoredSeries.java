package io.pharos.timeseries.store;

import io.pharos.timeseries.labels.SeriesId;

/** A series as keys of stored rows name it. */
public record StoredSeries(long metricHash, SeriesId series) {}
