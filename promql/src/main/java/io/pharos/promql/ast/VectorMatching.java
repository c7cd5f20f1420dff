package io.pharos.promql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How series of both sides of an operator find each other.
 *
 * @param on whether the labels are the only ones compared; otherwise they are the ones left out
 * @param include labels that a many side takes over from the one side
 * @param fillLeft the value of a missing left side, or null where nothing is filled in
 * @param fillRight the same for the right side
 */
public record VectorMatching(
        Cardinality cardinality,
        boolean on,
        List<String> labels,
        List<String> include,
        @Nullable Double fillLeft,
        @Nullable Double fillRight) {
    /** All labels, one to one. */
    public static final VectorMatching DEFAULT =
            new VectorMatching(Cardinality.ONE_TO_ONE, false, List.of(), List.of(), null, null);

    /** How many series of each side may share a match group. */
    public enum Cardinality {
        ONE_TO_ONE,
        MANY_TO_ONE,
        ONE_TO_MANY,
        MANY_TO_MANY
    }
}
