package io.pharos.persistence.catalogue;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.CatalogueStore;
import io.pharos.timeseries.store.StorageTiers;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The catalogue in the tables {@code catalogue} and {@code activity}; a shard's month is a partition. Its rows live longer than what
 * they name: a series is found as long as the longest tier has points of it.
 */
public final class CassandraCatalogueStore implements CatalogueStore {
    private static final int PAGE_ROWS = 16;
    private static final int MONTHS_OFFSET = 100;

    private static final long DAY_SECONDS = 86_400;
    /** What the tables say, for the tiers of a year and less. */
    private static final long LIFE_DAYS_MIN = 400;
    /** A block is written up to a month before the last day that names it, and points end up to a day after the samples they stand for. */
    private static final long SPARE_DAYS = 62;

    private final CassandraSession session;
    private final int generation;
    private final int lifeSeconds;
    private final PreparedStatement writeBlock;
    private final PreparedStatement readBlocks;
    private final PreparedStatement writeActivity;
    private final PreparedStatement readActivity;

    /**
     * Prepares its statements, for one placement generation. Blocks: only for the start.
     *
     * @param tiers what is kept for how long
     */
    public CassandraCatalogueStore(CassandraSession session, int generation, StorageTiers tiers) {
        this.session = session;
        this.generation = generation;
        this.lifeSeconds = lifeSeconds(tiers);
        writeBlock = session.prepareWrite(
                "INSERT INTO %s.catalogue (generation, shard, month, epoch, number, data) VALUES (?, ?, ?, ?, ?, ?)"
                        + " USING TTL ?");
        readBlocks = session.prepareRead(
                "SELECT data FROM %s.catalogue WHERE generation = ? AND shard = ? AND month = ?", PAGE_ROWS);
        writeActivity = session.prepareWrite(
                "INSERT INTO %s.activity (generation, shard, month, day, epoch, data) VALUES (?, ?, ?, ?, ?, ?)"
                        + " USING TTL ?");
        readActivity = session.prepareRead(
                "SELECT day, data FROM %s.activity WHERE generation = ? AND shard = ? AND month = ?", PAGE_ROWS);
    }

    @Override
    public CompletionStage<Void> writeBlock(int shard, YearMonth month, long epoch, int number, ByteBuffer block) {
        return session.write(
                writeBlock.bind(generation, shard, key(month), epoch, number, block, lifeSeconds),
                "write block " + number + " of the catalogue of shard " + shard + " in " + month);
    }

    @Override
    public CompletionStage<Void> readBlocks(int shard, YearMonth month, Consumer<ByteBuffer> consumer) {
        return session.read(
                List.of(readBlocks.bind(generation, shard, key(month))),
                "read the catalogue of shard " + shard + " in " + month,
                row -> {
                    ByteBuffer block = row.getByteBuffer(0);
                    if (block != null) {
                        consumer.accept(block);
                    }
                });
    }

    @Override
    public CompletionStage<Void> writeActivity(int shard, LocalDate day, long epoch, ByteBuffer activity) {
        return session.write(
                writeActivity.bind(generation, shard, key(YearMonth.from(day)), day, epoch, activity, lifeSeconds),
                "write the activity of shard " + shard + " on " + day);
    }

    @Override
    public CompletionStage<Void> readActivity(int shard, YearMonth month, BiConsumer<LocalDate, ByteBuffer> consumer) {
        return session.read(
                List.of(readActivity.bind(generation, shard, key(month))),
                "read the activity of shard " + shard + " in " + month,
                row -> {
                    LocalDate day = row.getLocalDate(0);
                    ByteBuffer activity = row.getByteBuffer(1);
                    if (day != null && activity != null) {
                        consumer.accept(day, activity);
                    }
                });
    }

    static int lifeSeconds(StorageTiers tiers) {
        long longest = tiers.longestMillis() / 1000;
        return Math.toIntExact(Math.max(LIFE_DAYS_MIN * DAY_SECONDS, longest + SPARE_DAYS * DAY_SECONDS));
    }

    /** A month as a number that people can read: 202611. */
    private static int key(YearMonth month) {
        return month.getYear() * MONTHS_OFFSET + month.getMonthValue();
    }
}
