package io.pharos.timeseries.histogram;

/** What is known about a histogram in relation to the sample before it. */
public enum CounterResetHint {
    /** Nothing is known: compare the two. */
    UNKNOWN(0, "unknown"),
    /** Counting began anew between the two. */
    RESET(1, "reset"),
    /** Counting went on. */
    NOT_RESET(2, "not_reset"),
    /** The histogram is a gauge: it may fall without a reset. */
    GAUGE(3, "gauge");

    private final int code;
    private final String text;

    CounterResetHint(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The number that stands for it in bytes. */
    public int code() {
        return code;
    }

    /**
     * The hint of a number.
     *
     * @throws IllegalArgumentException when no hint has it
     */
    public static CounterResetHint of(int code) {
        for (CounterResetHint hint : values()) {
            if (hint.code == code) {
                return hint;
            }
        }
        throw new IllegalArgumentException("no counter reset hint: " + code);
    }

    /** As scripts write it. */
    public String text() {
        return text;
    }

    /** The hint of a sum of two histograms: gauge wins, then unknown; reset and not reset together are unknown. */
    public CounterResetHint plus(CounterResetHint other) {
        if (this == other) {
            return this;
        }
        return this == GAUGE || other == GAUGE ? GAUGE : UNKNOWN;
    }
}
