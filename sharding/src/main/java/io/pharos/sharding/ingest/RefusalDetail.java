package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.LimitSettings;
import io.pharos.sharding.shard.SeriesLimits;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import java.nio.charset.StandardCharsets;

/** Explains a refusal with what the sample collided with, or the limit that its series would pass. */
public final class RefusalDetail {
    private static final int TEXT_CHARS_MAX = 80;

    private RefusalDetail() {}

    /**
     * One sentence.
     *
     * @param stored as the shard's answer has it
     */
    public static String of(RefusalReason reason, long stored, Labels labels) {
        return switch (reason) {
            case TOO_OLD -> "the newest sample of this series is of " + stored + " ms";
            case DUPLICATE ->
                EncodedHistogram.isMark(stored)
                        ? "a histogram is stored for this time"
                        : "the value stored for this time is " + Double.longBitsToDouble(stored);
            case TOO_FAR_AHEAD -> "the clock of this node says " + stored + " ms";
            case INVALID_LABELS -> "the labels are not valid";
            case INVALID_HISTOGRAM -> "the histogram is not valid";
            case SERIES_LIMIT ->
                "the cluster takes " + stored + " series, and this one's shard holds its share of them"
                        + setting("series-max");
            case METRIC_SERIES_LIMIT ->
                "metric " + shortened(labels.metricName()) + " may have " + stored
                        + " series in the cluster, and this one's shard holds its share of them"
                        + setting("metric-series-max");
            case LABEL_VALUES_LIMIT ->
                "label " + name(labels, SeriesLimits.position(stored)) + " has " + SeriesLimits.limit(stored)
                        + " values in this series' shard already, as many as one may have"
                        + setting("label-values-max");
            case LABEL_NAMES_LIMIT ->
                "it has " + labels.size() + " labels, a new series may have " + stored + setting("label-names-max");
            case LABEL_NAME_TOO_LONG -> longName(labels, stored);
            case LABEL_VALUE_TOO_LONG -> longValue(labels, stored);
        };
    }

    private static String longName(Labels labels, long limit) {
        for (int i = 0; i < labels.size(); i++) {
            int bytes = bytes(labels.name(i));
            if (bytes > limit) {
                return "the name of label " + shortened(labels.name(i)) + " takes " + bytes
                        + " bytes, that of a new series' label may take " + limit + setting("label-name-bytes-max");
            }
        }
        return "a name may take " + limit + " bytes" + setting("label-name-bytes-max");
    }

    private static String longValue(Labels labels, long limit) {
        for (int i = 0; i < labels.size(); i++) {
            int bytes = bytes(labels.value(i));
            if (bytes > limit) {
                return "the value of label " + shortened(labels.name(i)) + " takes " + bytes
                        + " bytes, that of a new series' label may take " + limit + setting("label-value-bytes-max");
            }
        }
        return "a value may take " + limit + " bytes" + setting("label-value-bytes-max");
    }

    private static String name(Labels labels, int position) {
        return position < labels.size() ? shortened(labels.name(position)) : "?";
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String shortened(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "...";
    }

    private static String setting(String key) {
        return " (" + LimitSettings.PATH + "." + key + ")";
    }
}
