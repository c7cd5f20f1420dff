package io.pharos.timeseries.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What became of a batch. */
public sealed interface AppendResult {
    /**
     * Every sample was stored or refused for a reason of its own.
     *
     * @param accepted samples stored, repeated ones included
     * @param refusals the first ten refused samples
     * @param refusedByReason the number of all refused samples by reason; empty when all were stored
     */
    record Decided(int accepted, List<Refusal> refusals, Map<RefusalReason, Integer> refusedByReason)
            implements AppendResult {
        /** All samples were stored. */
        public static Decided allOf(int samples) {
            return new Decided(samples, List.of(), Map.of());
        }

        /** The number of refused samples. */
        public int refused() {
            return refusedByReason.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** One line about refused samples that names the first of them, at most some hundred characters; empty when there are none. */
        public String summary() {
            if (refusals.isEmpty()) {
                return "";
            }
            Refusal first = refusals.get(0);
            String series = first.series.length() <= 200 ? first.series : first.series.substring(0, 200) + "...";
            return refused() + " samples refused, " + first.reason.text() + ": " + series
                    + (first.detail.isEmpty() ? "" : ": " + first.detail);
        }
    }

    /**
     * Some part could not be taken in time: send the whole batch again.
     *
     * @param reason one sentence for the sender
     */
    record Unavailable(String reason, Duration retryAfter) implements AppendResult {}

    /**
     * One refused sample.
     *
     * @param series its labels as a selector writes them
     */
    record Refusal(String series, long timestampMillis, double value, RefusalReason reason, String detail) {}

    /** Why a sample was refused. */
    enum RefusalReason {
        /** Older than the out-of-order window allows. */
        TOO_OLD("too old"),
        /** Another value is already stored for this time. */
        DUPLICATE("duplicate sample for timestamp"),
        /** Further ahead of the clock than allowed. */
        TOO_FAR_AHEAD("too far ahead"),
        /** The labels are not valid: a missing metric name, a repeated or empty name. */
        INVALID_LABELS("invalid labels"),
        /** The limit of series is reached. */
        SERIES_LIMIT("series limit reached"),
        /** The limit of series of the metric is reached. */
        METRIC_SERIES_LIMIT("series limit of the metric reached"),
        /** A label has as many values as one may have. */
        LABEL_VALUES_LIMIT("limit of the values of a label reached"),
        /** A new series has more labels than one may have. */
        LABEL_NAMES_LIMIT("too many labels"),
        /** The name of a label of a new series is too long. */
        LABEL_NAME_TOO_LONG("label name too long"),
        /** The value of a label of a new series is too long. */
        LABEL_VALUE_TOO_LONG("label value too long"),
        /** A native histogram is none, or passes a limit. */
        INVALID_HISTOGRAM("invalid histogram");

        private final String text;

        RefusalReason(String text) {
            this.text = text;
        }

        /** The reason as senders read it. */
        public String text() {
            return text;
        }
    }
}
