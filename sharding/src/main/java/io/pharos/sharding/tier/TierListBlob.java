package io.pharos.sharding.tier;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.Frame;
import io.pharos.sharding.format.Selectors;
import io.pharos.timeseries.labels.LabelMatcher;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Lists of tiers and until when each was written by, as the setting {@code tiers} has them (docs/format/tier-lists.md). */
final class TierListBlob {
    /** Of the frame (on disk). */
    private static final int FORMAT = 12;

    private static final int TEXT_BYTES_MAX = 1 << 16;

    private TierListBlob() {}

    /** The whole setting. */
    static ByteBuffer write(List<TierRules.Former> lists) {
        ByteWriter body = new ByteWriter(256);
        body.writeVarint(lists.size());
        for (TierRules.Former list : lists) {
            body.writeZigzag(list.untilMillis());
            List<TierRules.Line> lines = list.rules().lines();
            body.writeVarint(lines.size());
            for (TierRules.Line line : lines) {
                body.writeVarint(line.resolutionMillis());
                body.writeVarint(line.retentionMillis());
                Selectors.write(body, List.of(line.selector()));
            }
        }
        return Frame.write(FORMAT, new ByteWriter(0), body, 0);
    }

    /** What {@link #write} wrote; throws {@link io.pharos.sharding.format.CorruptBlobException} where it is something else. */
    static List<TierRules.Former> read(ByteBuffer blob) {
        ByteReader in =
                Frame.read(blob, FORMAT, "the setting " + TierHistory.NAME).body();
        int count = in.readCount(in.remaining());
        List<TierRules.Former> lists = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long until = in.readZigzag();
            int size = in.readCount(in.remaining());
            List<TierRules.Line> lines = new ArrayList<>(size);
            for (int j = 0; j < size; j++) {
                long resolution = in.readVarint();
                long retention = in.readVarint();
                List<LabelMatcher> selector = new ArrayList<>();
                Selectors.read(in, TEXT_BYTES_MAX).forEach(selector::addAll);
                lines.add(new TierRules.Line(selector, resolution, retention));
            }
            lists.add(new TierRules.Former(TierRules.ofLines(lines), until));
        }
        return lists;
    }
}
