package io.pharos.promql.script;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.parser.ParseException;
import io.pharos.promql.parser.Parser;

/** Times and durations as scripts write them. */
final class ScriptTime {
    private ScriptTime() {}

    /**
     * The milliseconds of a duration or of a number of seconds.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static long millis(String text) {
        try {
            if (Parser.parse(text) instanceof Expr.NumberLiteral number) {
                return Math.round(number.value() * 1000);
            }
        } catch (ParseException wrong) {
            throw new IllegalArgumentException("no time: " + text, wrong);
        }
        throw new IllegalArgumentException("no time: " + text);
    }
}
