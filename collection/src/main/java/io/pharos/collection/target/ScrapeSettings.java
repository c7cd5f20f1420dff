package io.pharos.collection.target;

import com.typesafe.config.Config;

/**
 * Limits of scraping that hold where the Prometheus configuration sets none.
 *
 * @param bodyBytesMax of one answer, decompressed
 * @param seriesMax of one target
 * @param tolerateUnsupported whether known keys that are not supported yet are warnings
 * @param droppedTargetsMax dropped targets kept for display
 * @param exemplarsMax of one answer; further ones are refused
 * @param metadataNamesMax metric names whose metadata is remembered
 */
public record ScrapeSettings(
        long bodyBytesMax,
        int seriesMax,
        boolean tolerateUnsupported,
        int droppedTargetsMax,
        int exemplarsMax,
        int metadataNamesMax) {
    /** Reads {@code pharos.collection}. */
    public static ScrapeSettings of(Config config) {
        Config own = config.getConfig("pharos.collection");
        return new ScrapeSettings(
                Math.min(Integer.MAX_VALUE - 8L, own.getBytes("scrape.body-max")),
                own.getInt("scrape.series-max"),
                own.getBoolean("scrape.tolerate-unsupported"),
                own.getInt("scrape.dropped-targets-max"),
                own.getInt("exemplars-max"),
                own.getInt("metadata-names-max"));
    }
}
