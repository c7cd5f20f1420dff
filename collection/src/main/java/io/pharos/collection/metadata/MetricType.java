package io.pharos.collection.metadata;

import java.util.Locale;
import java.util.Optional;

/** The type a metric says it has; it changes nothing about how samples are stored. */
public enum MetricType {
    UNKNOWN,
    COUNTER,
    GAUGE,
    HISTOGRAM,
    GAUGEHISTOGRAM,
    SUMMARY,
    INFO,
    STATESET;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The type as Prometheus' HTTP API writes it. */
    public String text() {
        return text;
    }

    /** The type of a word in an exposition; {@code untyped} is unknown. Empty when it is none. */
    public static Optional<MetricType> parse(String word) {
        if (word.equals("untyped")) {
            return Optional.of(UNKNOWN);
        }
        for (MetricType type : values()) {
            if (type.text.equals(word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
