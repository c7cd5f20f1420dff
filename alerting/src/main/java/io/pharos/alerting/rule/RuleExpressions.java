package io.pharos.alerting.rule;

import io.pharos.promql.parser.ParseException;
import io.pharos.promql.parser.Parser;
import java.util.Optional;

/** Checks expressions when they are read, so that a rule that cannot be parsed never starts. */
final class RuleExpressions {
    private RuleExpressions() {}

    /** Why an expression does not parse, with its own line and column; empty when it does. */
    static Optional<String> fault(String expression) {
        try {
            Parser.parse(expression);
            return Optional.empty();
        } catch (ParseException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
