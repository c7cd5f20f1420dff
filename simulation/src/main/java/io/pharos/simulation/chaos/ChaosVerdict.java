package io.pharos.simulation.chaos;

import java.util.List;

/**
 * What a run found.
 *
 * @param wrong a sentence for each thing that must not have been; empty when all was well
 * @param text the run in one line
 */
public record ChaosVerdict(List<String> wrong, String text) {
    /** Copies the list. */
    public ChaosVerdict {
        wrong = List.copyOf(wrong);
    }

    /** 0 when all was well, else 1. */
    public int exitCode() {
        return wrong.isEmpty() ? 0 : 1;
    }
}
