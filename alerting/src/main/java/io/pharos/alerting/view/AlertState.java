package io.pharos.alerting.view;

/** The state of an alert, or of a rule by its most severe alert. */
public enum AlertState {
    /** Nothing is wrong, or no longer. */
    INACTIVE,
    /** The expression gives an element, but not yet for as long as the rule asks. */
    PENDING,
    /** It does, for that long: receivers are told. */
    FIRING;

    /** The name in Prometheus' API. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
