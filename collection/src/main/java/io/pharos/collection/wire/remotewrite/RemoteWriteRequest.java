package io.pharos.collection.wire.remotewrite;

import io.pharos.timeseries.sample.SampleBatch;

/**
 * A decoded request.
 *
 * @param batch its float samples
 * @param histograms native histogram samples it held; they are not stored, the answer says so
 * @param exemplars exemplars it held; they are skipped
 * @param metadata descriptions of metrics it held
 */
public record RemoteWriteRequest(SampleBatch batch, int histograms, int exemplars, int metadata) {}
