package io.pharos.sharding.shard;

import com.typesafe.config.Config;

/**
 * What a series must keep to in order to be admitted as a new one; 0 is no limit. Series that are there already go on.
 *
 * @param seriesMax series of the cluster
 * @param metricSeriesMax series of one metric in the cluster
 * @param labelValuesMax values of one label in one shard
 * @param labelNamesMax labels of one series, the metric's name counted
 * @param labelNameBytesMax bytes of a label's name
 * @param labelValueBytesMax bytes of a label's value
 */
public record LimitSettings(
        long seriesMax,
        long metricSeriesMax,
        int labelValuesMax,
        int labelNamesMax,
        int labelNameBytesMax,
        int labelValueBytesMax) {
    /** Where they stand in the configuration. */
    public static final String PATH = "pharos.sharding.limits";

    /** Checks that none is negative. */
    public LimitSettings {
        notNegative("series-max", seriesMax);
        notNegative("metric-series-max", metricSeriesMax);
        notNegative("label-values-max", labelValuesMax);
        notNegative("label-names-max", labelNamesMax);
        notNegative("label-name-bytes-max", labelNameBytesMax);
        notNegative("label-value-bytes-max", labelValueBytesMax);
    }

    /** Reads {@code pharos.sharding.limits}. */
    public static LimitSettings of(Config config) {
        return new LimitSettings(
                config.getLong("series-max"),
                config.getLong("metric-series-max"),
                config.getInt("label-values-max"),
                config.getInt("label-names-max"),
                config.getInt("label-name-bytes-max"),
                config.getInt("label-value-bytes-max"));
    }

    private static void notNegative(String key, long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException(
                    PATH + "." + key + " is " + limit + ": a limit, or 0 for none, is needed");
        }
    }
}
