package io.pharos.persistence.schema;

import io.pharos.timeseries.store.RollupTier;

/** The names of tables that follow from tiers (on disk). */
public final class TableNames {
    /** Chunks of the common class. */
    public static final String CHUNKS = "chunks";

    private static final String CHUNKS_OF = "chunks_";
    private static final String ROLLUP_OF = "rollup_";

    private TableNames() {}

    /** Chunks of another class, by how long they are kept. */
    public static String chunks(long retentionMillis) {
        return CHUNKS_OF + RollupTier.text(retentionMillis);
    }

    /** Whether it is of some class of chunks but the common one. */
    public static boolean isClassOfChunks(String name) {
        return name.startsWith(CHUNKS_OF);
    }

    /** Points of a tier. */
    public static String rollup(RollupTier tier) {
        return ROLLUP_OF + tier.name();
    }

    /** Whether it is of points of a resolution, however long they are kept. */
    public static boolean isRollup(String name, long resolutionMillis) {
        return name.startsWith(ROLLUP_OF + RollupTier.text(resolutionMillis) + "_");
    }
}
