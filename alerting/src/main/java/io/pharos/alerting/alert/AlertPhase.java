package io.pharos.alerting.alert;

/** Where an alert stands, as it is recorded. The names are on disk. */
public enum AlertPhase {
    /** Gone before it fired, or forgotten. */
    INACTIVE,
    /** There, but not yet long enough. */
    PENDING,
    /** There long enough, or held by keep_firing_for. */
    FIRING,
    /** It fired and has ended. */
    RESOLVED
}
