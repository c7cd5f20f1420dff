package io.pharos.timeseries.sample;

/** Why an exemplar was not taken. None of these costs the sample it came with. */
public enum ExemplarRefusal {
    /** It cannot be read, or its labels or those of its series are not valid. */
    INVALID("invalid"),
    /** Its labels have more than {@link Exemplar#LABEL_CHARACTERS_MAX} characters. */
    LABELS_TOO_LONG("labels too long"),
    /** Its request or scrape holds too many. */
    REQUEST_LIMIT("too many in a request"),
    /** Older than the newest of its series by more than the out-of-order window. */
    OUT_OF_ORDER("out of order"),
    /** Older than exemplars are kept. */
    TOO_OLD("too old"),
    /** Further ahead of the clock than allowed. */
    TOO_FAR_AHEAD("too far ahead"),
    /** Its series has no samples. */
    UNKNOWN_SERIES("unknown series"),
    /** Its shard has stored as much as it may in a day. */
    SHARD_LIMIT("limit of the shard"),
    /** Its shard could not be reached in time, or this node holds as many on their way as it may. */
    UNAVAILABLE("unavailable");

    private final String text;

    ExemplarRefusal(String text) {
        this.text = text;
    }

    /** The reason in words, as metrics show it. */
    public String text() {
        return text;
    }
}
