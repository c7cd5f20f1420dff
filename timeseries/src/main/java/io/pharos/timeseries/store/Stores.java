package io.pharos.timeseries.store;

/** All ports of storing, as one adapter offers them. */
public record Stores(
        ShardRecordStore shardRecords,
        IncarnationStore incarnations,
        LogStore logs,
        HeadStore heads,
        ChunkStore chunks,
        CatalogueStore catalogue,
        SettingsStore settings,
        StorageStatistics statistics) {}
