package io.pharos.collection.metadata;

/** What a sender said about a metric; help and unit may be empty. */
public record MetricMetadata(MetricType type, String help, String unit) {
    /** A metric of which nothing was said. */
    public static final MetricMetadata NONE = new MetricMetadata(MetricType.UNKNOWN, "", "");
}
