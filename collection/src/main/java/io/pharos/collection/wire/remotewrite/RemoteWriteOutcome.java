package io.pharos.collection.wire.remotewrite;

import io.pharos.timeseries.sample.AppendResult;

/**
 * What became of a request.
 *
 * @param samples samples of its batch, numbers and histograms
 * @param histograms native histograms it held, invalid ones included
 * @param exemplars exemplars it held, whatever became of them
 */
public record RemoteWriteOutcome(AppendResult result, int samples, int histograms, int exemplars) {}
