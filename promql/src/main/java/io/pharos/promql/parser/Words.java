package io.pharos.promql.parser;

import io.pharos.promql.ast.AggregateOperator;
import java.util.Locale;
import java.util.Set;

/** Words that mean something where they stand; as names of metrics and labels all of them are legal. */
final class Words {
    private static final Set<String> KEYWORDS = Set.of(
            "offset",
            "smoothed",
            "anchored",
            "by",
            "without",
            "on",
            "ignoring",
            "group_left",
            "group_right",
            "bool",
            "fill",
            "fill_left",
            "fill_right");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "atan2");

    private Words() {}

    /** Whether a word begins a modifier or a list of labels, so that it calls nothing. */
    static boolean isKeyword(String word) {
        return KEYWORDS.contains(word.toLowerCase(Locale.ROOT));
    }

    /** How an error names a word. */
    static String described(String word) {
        if (isKeyword(word)) {
            return "<" + word + ">";
        }
        if (OPERATORS.contains(word.toLowerCase(Locale.ROOT))) {
            return "<op:" + word + ">";
        }
        if (AggregateOperator.of(word) != null) {
            return "<aggr:" + word + ">";
        }
        if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("nan")) {
            return "number \"" + word + "\"";
        }
        return (word.indexOf(':') < 0 ? "identifier \"" : "metric identifier \"") + word + "\"";
    }
}
