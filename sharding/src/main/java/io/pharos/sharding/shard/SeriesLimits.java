package io.pharos.sharding.shard;

import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a shard takes one more series.
 *
 * <p>Limits of the cluster are shared out: no shard knows what the others hold, and asking them would put a message before each new
 * series. Placement is a hash, so the series of a metric that grows spread evenly, and a shard's share is its part of the limit
 * with eight standard deviations of what chance adds. The cluster so takes the limit for sure, where series are placed
 * alone, and at most the sum of all shares.
 */
public final class SeriesLimits {
    private static final String NAME = "__name__";
    /** A series has fewer labels than this: all of them take at most 48 KiB. */
    private static final int POSITION_BITS = 16;

    private static final double DEVIATIONS = 8;

    private final LimitSettings settings;
    private final long seriesShare;
    private final long metricShare;

    SeriesLimits(LimitSettings settings, int shardCount) {
        this.settings = settings;
        this.seriesShare = share(settings.seriesMax(), shardCount);
        this.metricShare = share(settings.metricSeriesMax(), shardCount);
    }

    /** What one shard of several takes of a limit of the cluster; no limit where there is none. */
    static long share(long limit, int shardCount) {
        if (limit == 0) {
            return Long.MAX_VALUE;
        }
        double mean = (double) limit / shardCount;
        return shardCount == 1 ? limit : Math.min(limit, (long) Math.ceil(mean + DEVIATIONS * Math.sqrt(mean)));
    }

    /** Why a series may not be added to an index, or null when it may. The index's writer's thread only. */
    @Nullable
    RefusalReason against(Labels labels, LabelIndex index) {
        RefusalReason shape = againstShape(labels);
        if (shape != null) {
            return shape;
        }
        if (index.size() >= seriesShare) {
            return RefusalReason.SERIES_LIMIT;
        }
        if (metricShare != Long.MAX_VALUE && index.seriesCount(NAME, labels.metricName()) >= metricShare) {
            return RefusalReason.METRIC_SERIES_LIMIT;
        }
        if (settings.labelValuesMax() > 0) {
            for (int i = 0; i < labels.size(); i++) {
                if (isFull(labels.name(i), labels.value(i), index)) {
                    return RefusalReason.LABEL_VALUES_LIMIT;
                }
            }
        }
        return null;
    }

    private boolean isFull(String name, String value, LabelIndex index) {
        return index.valueCount(name) >= settings.labelValuesMax() && index.seriesCount(name, value) == 0;
    }

    private @Nullable RefusalReason againstShape(Labels labels) {
        if (passes(labels.size(), settings.labelNamesMax())) {
            return RefusalReason.LABEL_NAMES_LIMIT;
        }
        for (int i = 0; i < labels.size(); i++) {
            if (passes(labels.name(i), settings.labelNameBytesMax())) {
                return RefusalReason.LABEL_NAME_TOO_LONG;
            }
            if (passes(labels.value(i), settings.labelValueBytesMax())) {
                return RefusalReason.LABEL_VALUE_TOO_LONG;
            }
        }
        return null;
    }

    private static boolean passes(int count, int limit) {
        return limit > 0 && count > limit;
    }

    /** Most texts are far too short for a limit, whatever they are made of: their bytes need not be counted. */
    private static boolean passes(String text, int bytesMax) {
        return bytesMax > 0
                && (text.length() > bytesMax
                        || 3L * text.length() > bytesMax && text.getBytes(StandardCharsets.UTF_8).length > bytesMax);
    }

    /** The limit that was reached; with {@link RefusalReason#LABEL_VALUES_LIMIT} also by which label: {@link #position}. */
    long reached(RefusalReason reason, Labels labels, LabelIndex index) {
        return switch (reason) {
            case SERIES_LIMIT -> settings.seriesMax();
            case METRIC_SERIES_LIMIT -> settings.metricSeriesMax();
            case LABEL_NAMES_LIMIT -> settings.labelNamesMax();
            case LABEL_NAME_TOO_LONG -> settings.labelNameBytesMax();
            case LABEL_VALUE_TOO_LONG -> settings.labelValueBytesMax();
            case LABEL_VALUES_LIMIT -> {
                int position = 0;
                while (position < labels.size() - 1 && !isFull(labels.name(position), labels.value(position), index)) {
                    position++;
                }
                yield (long) settings.labelValuesMax() << POSITION_BITS | position;
            }
            default -> throw new IllegalArgumentException(reason + " is not a limit");
        };
    }

    /** Of what a refusal by the values of a label says: the limit. */
    public static long limit(long reached) {
        return reached >>> POSITION_BITS;
    }

    /** Of what a refusal by the values of a label says: the place of the label among those of the series. */
    public static int position(long reached) {
        return (int) (reached & (1 << POSITION_BITS) - 1);
    }
}
