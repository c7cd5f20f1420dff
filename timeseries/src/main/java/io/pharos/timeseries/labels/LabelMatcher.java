package io.pharos.timeseries.labels;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One condition on a label. Regular expressions are RE2, anchored at both ends, and a dot matches a newline. A missing label
 * has the empty value.
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
    private final @Nullable Pattern pattern;

    private LabelMatcher(Type type, String name, String value, @Nullable Pattern pattern) {
        this.type = type;
        this.name = name;
        this.value = value;
        this.pattern = pattern;
    }

    /**
     * A matcher.
     *
     * @throws com.google.re2j.PatternSyntaxException when the value of a regular expression matcher is none
     */
    public static LabelMatcher of(Type type, String name, String value) {
        boolean regex = type == Type.REGEX || type == Type.NOT_REGEX;
        return new LabelMatcher(type, name, value, regex ? Pattern.compile("^(?s:" + value + ")$") : null);
    }

    /** An equality matcher. */
    public static LabelMatcher equal(String name, String value) {
        return of(Type.EQUAL, name, value);
    }

    public Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    /** The text compared with, or the regular expression without its anchors. */
    public String value() {
        return value;
    }

    /** Whether a value satisfies this condition; the empty string stands for a missing label. */
    public boolean matches(String candidate) {
        return switch (type) {
            case EQUAL -> candidate.equals(value);
            case NOT_EQUAL -> !candidate.equals(value);
            case REGEX -> pattern != null && pattern.matches(candidate);
            case NOT_REGEX -> pattern != null && !pattern.matches(candidate);
        };
    }

    /** Whether a series without the label satisfies this condition. */
    public boolean matchesEmpty() {
        return matches("");
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
