package io.pharos.sharding.past;

import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.recovery.CatalogueBlob;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesHash;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.store.CatalogueStore;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a month of a shard's catalogue; used once, by one thread at a time. */
final class PastMonthLoad {
    /*
     * The days come first: they name blocks, and a block's series without a day in the month need not be looked at. A day may name
     * blocks of other months (docs/format/catalogue.md): those are looked for in the month after it, in the one before, and then up to
     * now. A series has to be decoded only where the live index does not have it.
     */
    private static final Logger LOG = LoggerFactory.getLogger(PastMonthLoad.class);
    /** Rows of the catalogue lived 400 days before they followed the longest tier: what a month so old lacks, time took. */
    private static final int ONCE_KEPT_DAYS = 400;
    /** A series beside its labels: its id, metric and days, and while it is read its place in a map. */
    private static final long GONE_BYTES = 28 + 56;

    private static final long LIVE_BYTES = 16;
    private static final long OBJECTS_BYTES = 2048;

    private final CatalogueStore catalogue;
    private final int shard;
    private final YearMonth month;
    private final LocalDate today;
    private final LongConsumer grown;
    private final int refsKnown;
    private final Object2IntOpenHashMap<SeriesId> live;
    private final Map<BlockId, int[]> daysByBlock = new HashMap<>();
    private final Set<BlockId> unread = new HashSet<>();
    private final StringPool strings = new StringPool();
    private final LabelIndex gone = LabelIndex.seldomAsked(strings);
    private final Object2IntOpenHashMap<SeriesId> goneRefs = new Object2IntOpenHashMap<>();
    private final Int2IntOpenHashMap liveDays = new Int2IntOpenHashMap();
    private final SeriesHash.Words words = new SeriesHash.Words();
    private long[] high = new long[16];
    private long[] low = new long[16];
    private long[] metrics = new long[16];
    private int[] days = new int[16];
    private int measuredAt = 512;

    /**
     * A load of a month.
     *
     * @param grown told the bytes this takes, as they grow; throws where that is too much
     */
    PastMonthLoad(CatalogueStore catalogue, OpenShard shard, YearMonth month, LocalDate today, LongConsumer grown) {
        this.catalogue = catalogue;
        this.shard = shard.shard();
        this.month = month;
        this.today = today;
        this.grown = grown;
        SeriesTable table = shard.table();
        refsKnown = table.size();
        live = new Object2IntOpenHashMap<>(table.liveCount());
        live.defaultReturnValue(-1);
        goneRefs.defaultReturnValue(-1);
        for (int ref = 0; ref < refsKnown; ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot != null) {
                live.put(slot.id(), ref);
            }
        }
    }

    CompletionStage<PastMonth> run() {
        return catalogue
                .readActivity(shard, month, this::activity)
                .thenCompose(done -> readBlocks(monthsToLookIn(), 0))
                .thenApply(done -> finish());
    }

    private List<YearMonth> monthsToLookIn() {
        List<YearMonth> months = new ArrayList<>(List.of(month, month.plusMonths(1), month.minusMonths(1)));
        for (YearMonth later = month.plusMonths(2);
                !later.isAfter(YearMonth.from(today));
                later = later.plusMonths(1)) {
            months.add(later);
        }
        return months;
    }

    private CompletionStage<Void> readBlocks(List<YearMonth> months, int at) {
        if (at == months.size() || unread.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return catalogue.readBlocks(shard, months.get(at), this::block).thenCompose(done -> readBlocks(months, at + 1));
    }

    private void activity(LocalDate day, ByteBuffer blob) {
        int bit = 1 << day.getDayOfMonth() - 1;
        for (Map.Entry<BlockId, BitSet> block :
                CatalogueBlob.readActivity(blob, shard).entrySet()) {
            BitSet lived = block.getValue();
            if (lived.isEmpty()) {
                continue;
            }
            int[] known = daysByBlock.getOrDefault(block.getKey(), new int[0]);
            if (known.length < lived.length()) {
                known = Arrays.copyOf(known, lived.length());
            }
            for (int place = lived.nextSetBit(0); place >= 0; place = lived.nextSetBit(place + 1)) {
                known[place] |= bit;
            }
            daysByBlock.put(block.getKey(), known);
            unread.add(block.getKey());
        }
    }

    private void block(ByteBuffer blob) {
        CatalogueBlob.Block block = CatalogueBlob.readBlock(blob, shard);
        if (!unread.remove(block.id())) {
            return;
        }
        int[] lived = daysByBlock.getOrDefault(block.id(), new int[0]);
        for (int place = 0; place < Math.min(lived.length, block.labels().size()); place++) {
            if (lived[place] != 0) {
                add(block.labels().get(place), lived[place]);
            }
        }
        if (goneRefs.size() >= measuredAt) {
            grown.accept(bytes());
            measuredAt = goneRefs.size() + (goneRefs.size() >> 2);
        }
    }

    private void add(byte[] canonical, int lived) {
        SeriesHash.hash(canonical, 0, canonical.length, 0, words);
        SeriesId id = new SeriesId(words.high, words.low);
        int ref = live.getInt(id);
        if (ref >= 0) {
            liveDays.put(ref, liveDays.get(ref) | lived);
            return;
        }
        int known = goneRefs.getInt(id);
        if (known >= 0) {
            days[known] |= lived;
            return;
        }
        int next = goneRefs.size();
        if (next == days.length) {
            int length = next + (next >> 1);
            high = Arrays.copyOf(high, length);
            low = Arrays.copyOf(low, length);
            metrics = Arrays.copyOf(metrics, length);
            days = Arrays.copyOf(days, length);
        }
        Labels labels = Labels.ofCanonicalBytes(canonical, 0, canonical.length);
        goneRefs.put(id, next);
        gone.add(next, labels);
        high[next] = id.high();
        low[next] = id.low();
        metrics[next] = SeriesIdentity.of(labels).metricHash();
        days[next] = lived;
    }

    /** What this holds now, about. */
    private long bytes() {
        return OBJECTS_BYTES
                + gone.memoryBytes()
                + strings.memoryBytes()
                + GONE_BYTES * goneRefs.size()
                + LIVE_BYTES * liveDays.size();
    }

    private PastMonth finish() {
        if (!unread.isEmpty()) {
            String what = "the catalogue of shard " + shard + " lacks " + unread.size() + " blocks that days of "
                    + month + " name";
            if (!month.atDay(1).isBefore(today.minusDays(ONCE_KEPT_DAYS - 31))) {
                throw new CorruptBlobException(what);
            }
            LOG.warn("{}: their time was over, so their series are not found there any more", what);
        }
        grown.accept(bytes());
        int count = goneRefs.size();
        liveDays.trim();
        return new PastMonth(
                month,
                gone,
                Arrays.copyOf(high, count),
                Arrays.copyOf(low, count),
                Arrays.copyOf(metrics, count),
                Arrays.copyOf(days, count),
                liveDays,
                refsKnown);
    }
}
