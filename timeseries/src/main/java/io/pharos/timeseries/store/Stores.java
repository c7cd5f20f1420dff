package io.pharos.timeseries.store;

/** All ports of storing, as one adapter offers them. */
public record Stores(
        ShardRecordStore shardRecords,
        IncarnationStore incarnations,
        LogStore logs,
        HeadStore heads,
        ChunkStore chunks,
        RollupStore rollups,
        RollupProgressStore rollupProgress,
        CatalogueStore catalogue,
        ExemplarStore exemplars,
        MaskStore masks,
        SettingsStore settings,
        StorageStatistics statistics) {
    /** The same where who rolls up sees its progress by another port. */
    public Stores withRollupProgress(RollupProgressStore other) {
        return new Stores(
                shardRecords,
                incarnations,
                logs,
                heads,
                chunks,
                rollups,
                other,
                catalogue,
                exemplars,
                masks,
                settings,
                statistics);
    }
}
