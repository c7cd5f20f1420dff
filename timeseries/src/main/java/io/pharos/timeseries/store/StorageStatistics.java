package io.pharos.timeseries.store;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What the store holds, for status pages. */
public interface StorageStatistics {
    /** Bytes on disk by table; what is still in memory tables is not counted. */
    CompletionStage<Map<String, Long>> bytesByTable();

    /** Writes what the store holds in memory to its files, where the adapter can (the embedded server), so that bytes can be counted. */
    CompletionStage<Void> flush();
}
