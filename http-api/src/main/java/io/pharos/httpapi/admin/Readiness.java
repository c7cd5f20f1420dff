package io.pharos.httpapi.admin;

/**
 * Whether a node can take its share of work now.
 *
 * @param detail what is missing, one sentence; for a ready node the empty string
 */
public record Readiness(boolean isReady, String detail) {
    public static final Readiness READY = new Readiness(true, "");

    public static Readiness notYet(String detail) {
        return new Readiness(false, detail);
    }
}
