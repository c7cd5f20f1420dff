package io.pharos.simulation.verify;

import java.util.List;

/**
 * What reading back a ledger found.
 *
 * @param acknowledged samples that the ledger says were acknowledged
 * @param found those that were read back with their value
 * @param missing those that were not read back
 * @param different those that were read back with another value
 * @param firstLosses the first ten missing or different ones, each in one line
 */
public record VerifyReport(long acknowledged, long found, long missing, long different, List<String> firstLosses) {
    /** Copies the list. */
    public VerifyReport {
        firstLosses = List.copyOf(firstLosses);
    }

    /** Whether every acknowledged sample was read back with its value. */
    public boolean isComplete() {
        return missing == 0 && different == 0;
    }

    /** 0 when complete, else 1. */
    public int exitCode() {
        return isComplete() ? 0 : 1;
    }

    /** The report in one line. */
    public String text() {
        return acknowledged + " acknowledged, " + found + " found, " + missing + " missing, " + different
                + " different";
    }
}
