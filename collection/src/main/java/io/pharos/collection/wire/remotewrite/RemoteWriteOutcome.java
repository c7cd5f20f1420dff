package io.pharos.collection.wire.remotewrite;

import io.pharos.timeseries.sample.AppendResult;

/**
 * What became of a request.
 *
 * @param samples float samples it held
 * @param histograms native histogram samples it held, all refused: they are not supported yet
 * @param exemplars exemplars it held, skipped
 */
public record RemoteWriteOutcome(AppendResult result, int samples, int histograms, int exemplars) {
    /** The sentence for a sender whose histograms were refused. */
    public static final String HISTOGRAMS_REFUSED = "native histograms are not supported yet";
}
