package io.pharos.timeseries.labels;

import com.google.re2j.Pattern;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One condition on a label. Regular expressions are RE2, anchored at both ends, and a dot matches a newline. A missing label
 * has the empty value. Immutable.
 */
public final class LabelMatcher {
    /** How the value is compared. */
    public enum Type {
        EQUAL("="),
        NOT_EQUAL("!="),
        REGEX("=~"),
        NOT_REGEX("!~");

        private final String symbol;

        Type(String symbol) {
            this.symbol = symbol;
        }

        /** The operator as written in a selector. */
        public String symbol() {
            return symbol;
        }
    }

    private final Type type;
    private final String name;
    private final String value;
    private final @Nullable SimplePattern simple;
    private final @Nullable Pattern pattern;
    private final boolean matchesEmpty;

    private LabelMatcher(
            Type type, String name, String value, @Nullable SimplePattern simple, @Nullable Pattern pattern) {
        this.type = type;
        this.name = name;
        this.value = value;
        this.simple = simple;
        this.pattern = pattern;
        this.matchesEmpty = patternMatches("") != isNegative();
    }

    /**
     * A matcher.
     *
     * @throws com.google.re2j.PatternSyntaxException when the value of a regular expression matcher is none
     */
    public static LabelMatcher of(Type type, String name, String value) {
        boolean regex = type == Type.REGEX || type == Type.NOT_REGEX;
        SimplePattern simple = regex ? SimplePattern.of(value) : null;
        Pattern pattern = regex && simple == null ? Pattern.compile("^(?s:" + value + ")$") : null;
        return new LabelMatcher(type, name, value, simple, pattern);
    }

    /** An equality matcher. */
    public static LabelMatcher equal(String name, String value) {
        return of(Type.EQUAL, name, value);
    }

    /** How the value is compared. */
    public Type type() {
        return type;
    }

    /** The label's name. */
    public String name() {
        return name;
    }

    /** The text compared with, or the regular expression without its anchors. */
    public String value() {
        return value;
    }

    /** Whether this is one of the two operators that turn the comparison round. */
    public boolean isNegative() {
        return type == Type.NOT_EQUAL || type == Type.NOT_REGEX;
    }

    /** Whether a value satisfies this condition; the empty string stands for a missing label. */
    public boolean matches(String candidate) {
        return patternMatches(candidate) != isNegative();
    }

    /** Whether a value is equal to the text, or the expression matches it: what a negative operator turns round. */
    public boolean patternMatches(String candidate) {
        if (simple != null) {
            return simple.matches(candidate);
        }
        return pattern != null ? pattern.matches(candidate) : candidate.equals(value);
    }

    /** Whether a series without the label satisfies this condition. */
    public boolean matchesEmpty() {
        return matchesEmpty;
    }

    /** The values compared with (a negative operator excludes them), or null where they cannot be listed. */
    public @Nullable Set<String> literals() {
        if (simple != null) {
            return simple.literals();
        }
        return pattern != null ? null : Set.of(value);
    }

    /** Whether the text or expression matches every value that is not empty, as {@code .*} and {@code .+} do. */
    public boolean patternMatchesNonEmpty() {
        return simple != null && simple.matchesNonEmpty();
    }

    /** Whether telling if a value matches takes running an expression, which a comparison of texts cannot replace. */
    public boolean isExpression() {
        return simple == null && pattern != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LabelMatcher matcher
                && type == matcher.type
                && name.equals(matcher.name)
                && value.equals(matcher.value);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + name.hashCode()) + value.hashCode();
    }

    @Override
    public String toString() {
        return name + type.symbol + '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
