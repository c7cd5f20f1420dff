package io.pharos.persistence.schema;

import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Our tables (on disk; see docs/format/tables.md). Where an owner's epoch or a position makes a key unique, deletes need no long
 * grace: a row that comes back is one that nobody reads.
 */
final class Tables {
    private static final String DAY_SECONDS = "86400";
    private static final String RAW_SECONDS = "604800";
    private static final String HEADS_SECONDS = "1209600";
    private static final String CATALOGUE_SECONDS = "34560000";
    private static final String SHORT_GRACE_SECONDS = "600";

    private static final String PLAIN = "compression = {'enabled': 'false'}";
    private static final String SMALL_BLOCKS = "compression = {'class': 'LZ4Compressor', 'chunk_length_in_kb': 16}";
    private static final String BY_DAY = "compaction = {'class': 'TimeWindowCompactionStrategy',"
            + " 'compaction_window_unit': 'DAYS', 'compaction_window_size': 1}";

    private static final String BY_TEN_DAYS =
            BY_DAY.replace("'compaction_window_size': 1", "'compaction_window_size': 10");
    private static final long DAY_MILLIS = 86_400_000L;
    /** What is kept for longer has windows of ten days, or it would be in too many files. */
    private static final long LONG_DAYS = 60;

    private Tables() {}

    /** What follows CREATE TABLE keyspace.name, by name, in the order of creation. */
    static Map<String, String> definitions(StorageTiers tiers) {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put(
                "settings",
                "(name text PRIMARY KEY, version bigint, value blob)"
                        + " WITH comment = 'Cluster state by name; compare-and-set on the version'");
        tables.put(
                "shard",
                "(generation int, shard int, epoch bigint, owner uuid, checkpoint_epoch bigint, checkpoint_number int,"
                        + " sources frozen<map<uuid, bigint>>, PRIMARY KEY ((generation, shard)))"
                        + " WITH comment = 'Who owns a shard; compare-and-set on the epoch'");
        tables.put(
                "incarnation",
                "(incarnation uuid, alive boolean static, shard int, epoch bigint, PRIMARY KEY (incarnation, shard))"
                        + " WITH comment = 'Runs of nodes and the fences against them; timestamps are epochs'");
        tables.put(
                "log_segment",
                "(incarnation uuid, segment int, PRIMARY KEY (incarnation, segment))"
                        + " WITH comment = 'The segments of each log'");
        tables.put(
                "log",
                "(incarnation uuid, segment int, commit int, data blob, PRIMARY KEY ((incarnation, segment), commit)) WITH "
                        + PLAIN + " AND " + BY_DAY + life(RAW_SECONDS, SHORT_GRACE_SECONDS)
                        + " AND comment = 'Commits of the nodes, dropped by segment'");
        tables.put(
                "heads",
                "(generation int, shard int, checkpoint_epoch bigint, checkpoint_number int, part int, data blob,"
                        + " PRIMARY KEY ((generation, shard, checkpoint_epoch, checkpoint_number), part)) WITH "
                        + PLAIN + life(HEADS_SECONDS, SHORT_GRACE_SECONDS)
                        + " AND comment = 'Unsealed heads of checkpoints, dropped whole'");
        tables.put(TableNames.CHUNKS, rows(BY_DAY + life(RAW_SECONDS, DAY_SECONDS), "Sealed chunks as collected"));
        for (long retention : tiers.otherRawMillis()) {
            tables.put(
                    TableNames.chunks(retention),
                    rows(
                            windows(retention) + life(seconds(retention), DAY_SECONDS),
                            "Sealed chunks as collected, for " + RollupTier.text(retention)));
        }
        tables.put(
                "slices",
                "(generation int, shard int, name text, day date, id uuid, data blob,"
                        + " PRIMARY KEY ((generation, shard, name), day, id)) WITH gc_grace_seconds = " + DAY_SECONDS
                        + " AND comment = 'How the days of chunks and of points are cut into slices'");
        for (RollupTier tier : tiers.rollups()) {
            tables.put(
                    TableNames.rollup(tier),
                    rows(
                            windows(tier.retentionMillis()) + life(seconds(tier.retentionMillis()), DAY_SECONDS),
                            "Points of " + tier.name().replace("_", " for ")));
        }
        tables.put(
                "rollup_progress",
                "(generation int, shard int, resolution bigint, until bigint, PRIMARY KEY ((generation, shard), resolution))"
                        + " WITH comment = 'Until when a shard is rolled up'");
        tables.put(
                "rollup_due",
                "(generation int, shard int, resolution bigint, day date, id uuid,"
                        + " PRIMARY KEY ((generation, shard), resolution, day, id)) WITH gc_grace_seconds = "
                        + DAY_SECONDS + " AND comment = 'Days to be rolled up again'");
        tables.put(
                "catalogue",
                "(generation int, shard int, month int, epoch bigint, number int, data blob,"
                        + " PRIMARY KEY ((generation, shard, month), epoch, number)) WITH "
                        + SMALL_BLOCKS + life(CATALOGUE_SECONDS, DAY_SECONDS)
                        + " AND comment = 'Series by shard and month'");
        tables.put(
                "activity",
                "(generation int, shard int, month int, day date, epoch bigint, data blob,"
                        + " PRIMARY KEY ((generation, shard, month), day, epoch)) WITH "
                        + SMALL_BLOCKS + life(CATALOGUE_SECONDS, DAY_SECONDS)
                        + " AND comment = 'Which series lived on which day'");
        tables.put(
                "exemplars",
                "(generation int, shard int, day date, metric bigint, start bigint, epoch bigint, number int, data blob,"
                        + " PRIMARY KEY ((generation, shard, day), metric, start, epoch, number)) WITH "
                        + PLAIN + " AND " + BY_DAY + life(RAW_SECONDS, DAY_SECONDS)
                        + " AND comment = 'Exemplars of a metric in blobs'");
        tables.put(
                "masks",
                "(generation int, shard int, epoch bigint, sequence int, data blob,"
                        + " PRIMARY KEY ((generation, shard), epoch, sequence)) WITH gc_grace_seconds = "
                        + DAY_SECONDS + " AND comment = 'Deletions, which hide what is stored below their place'");
        tables.put(
                "lease",
                "(name text PRIMARY KEY, owner text) WITH comment = 'Leases; a row lives as long as its holder renews it'");
        tables.put(
                "node",
                "(part text, address text, http text, version text, protocol int, alive boolean, PRIMARY KEY (part, address))"
                        + " WITH gc_grace_seconds = " + SHORT_GRACE_SECONDS
                        + " AND comment = 'Which nodes run; alive lives as long as a node writes itself down'");
        tables.put(
                "expelled",
                "(address text, run bigint, PRIMARY KEY (address, run))"
                        + " WITH comment = 'Runs of nodes that the cluster went on without'"
                        + life(CATALOGUE_SECONDS, DAY_SECONDS));
        return tables;
    }

    /** Rows of series by days and slices. */
    private static String rows(String windowsAndLife, String comment) {
        return "(generation int, shard int, day date, slice int, metric bigint, series blob, start bigint, epoch bigint,"
                + " sequence int, end bigint, data blob,"
                + " PRIMARY KEY ((generation, shard, day, slice), metric, series, start, epoch, sequence)) WITH "
                + SMALL_BLOCKS + " AND " + windowsAndLife + " AND comment = '" + comment + "'";
    }

    private static String windows(long retentionMillis) {
        return retentionMillis / DAY_MILLIS > LONG_DAYS ? BY_TEN_DAYS : BY_DAY;
    }

    private static String seconds(long retentionMillis) {
        return Long.toString(Math.max(1, retentionMillis / 1000));
    }

    private static String life(String seconds, String graceSeconds) {
        return " AND default_time_to_live = " + seconds + " AND gc_grace_seconds = " + graceSeconds;
    }
}
