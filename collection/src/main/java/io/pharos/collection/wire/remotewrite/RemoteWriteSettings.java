package io.pharos.collection.wire.remotewrite;

import com.typesafe.config.Config;

/**
 * What one remote write request may hold at most.
 *
 * @param compressedBytesMax of the body as sent
 * @param uncompressedBytesMax checked before anything is allocated
 * @param labelsMax of one series; a series beyond is refused alone
 * @param nameBytesMax of one label name
 * @param valueBytesMax of one label value
 * @param histogramBucketsMax positive, negative or custom buckets of one native histogram; one beyond is refused alone
 * @param histogramMemoryMax what the native histograms of a request may take in memory
 * @param exemplarsMax of a request; further ones are refused
 */
public record RemoteWriteSettings(
        int compressedBytesMax,
        int uncompressedBytesMax,
        int seriesMax,
        int samplesMax,
        int labelsMax,
        int nameBytesMax,
        int valueBytesMax,
        int histogramBucketsMax,
        long histogramMemoryMax,
        int exemplarsMax) {
    /** Reads {@code pharos.collection.remote-write}. */
    public static RemoteWriteSettings of(Config config) {
        Config own = config.getConfig("pharos.collection.remote-write");
        return new RemoteWriteSettings(
                (int) Math.min(1 << 30, own.getBytes("compressed-max")),
                (int) Math.min(1 << 30, own.getBytes("uncompressed-max")),
                own.getInt("series-max"),
                own.getInt("samples-max"),
                own.getInt("labels-max"),
                own.getInt("label-name-bytes-max"),
                own.getInt("label-value-bytes-max"),
                own.getInt("histogram-buckets-max"),
                own.getBytes("histogram-memory-max"),
                config.getInt("pharos.collection.exemplars-max"));
    }
}
