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
        StorageStatistics statistics) {}
