package io.pharos.timeseries.labels;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that needs no engine: alternatives, each a literal with {@code .*} or {@code .+} before or after it or
 * both. Most expressions of dashboards are of this kind.
 */
final class SimplePattern {
    private static final String META = "\\.+*?()[]{}^$|";

    /** How many characters of any kind may stand before or after a literal. */
    private enum Any {
        NONE,
        FROM_ZERO,
        FROM_ONE
    }

    private record Alternative(Any before, String literal, Any after) {
        boolean matches(String candidate) {
            int least = literal.length() + (before == Any.FROM_ONE ? 1 : 0) + (after == Any.FROM_ONE ? 1 : 0);
            if (candidate.length() < least) {
                return false;
            }
            if (before == Any.NONE) {
                return after == Any.NONE ? candidate.equals(literal) : candidate.startsWith(literal);
            }
            if (after == Any.NONE) {
                return candidate.endsWith(literal);
            }
            int found = candidate.indexOf(literal, before == Any.FROM_ONE ? 1 : 0);
            return found >= 0 && candidate.length() - found - literal.length() >= (after == Any.FROM_ONE ? 1 : 0);
        }
    }

    private final List<Alternative> alternatives;
    private final @Nullable Set<String> literals;

    private SimplePattern(List<Alternative> alternatives) {
        this.alternatives = alternatives;
        Set<String> exact = new LinkedHashSet<>();
        for (Alternative each : alternatives) {
            if (each.before == Any.NONE && each.after == Any.NONE) {
                exact.add(each.literal);
            }
        }
        boolean all = alternatives.stream().allMatch(each -> each.before == Any.NONE && each.after == Any.NONE);
        this.literals = all ? Set.copyOf(exact) : null;
    }

    /** The simple form of an expression (without anchors), or null when it has none. */
    static @Nullable SimplePattern of(String expression) {
        String inner = withoutGroup(expression);
        List<Alternative> alternatives = new ArrayList<>();
        int at = 0;
        while (true) {
            Any before = Any.NONE;
            Any after = Any.NONE;
            StringBuilder literal = new StringBuilder();
            boolean ended = false;
            while (at < inner.length() && inner.charAt(at) != '|') {
                char next = inner.charAt(at);
                if (ended) {
                    return null;
                }
                if (next == '.') {
                    char quantifier = at + 1 < inner.length() ? inner.charAt(at + 1) : 0;
                    if (quantifier != '*' && quantifier != '+') {
                        return null;
                    }
                    Any any = quantifier == '*' ? Any.FROM_ZERO : Any.FROM_ONE;
                    if (literal.length() == 0 && before == Any.NONE) {
                        before = any;
                    } else {
                        after = any;
                        ended = true;
                    }
                    at += 2;
                } else if (next == '\\') {
                    char escaped = at + 1 < inner.length() ? inner.charAt(at + 1) : 'x';
                    if (escaped > 0x7f || Character.isLetterOrDigit(escaped)) {
                        return null;
                    }
                    literal.append(escaped);
                    at += 2;
                } else if (META.indexOf(next) >= 0 || Character.isSurrogate(next)) {
                    return null;
                } else {
                    literal.append(next);
                    at++;
                }
            }
            alternatives.add(new Alternative(before, literal.toString(), after));
            if (at == inner.length()) {
                return new SimplePattern(List.copyOf(alternatives));
            }
            at++;
        }
    }

    private static String withoutGroup(String expression) {
        if (expression.endsWith(")") && !expression.endsWith("\\)") && expression.indexOf('(', 1) < 0) {
            String body = expression.substring(0, expression.length() - 1);
            if (body.startsWith("(?:")) {
                return body.substring(3);
            }
            if (body.startsWith("(")) {
                return body.substring(1);
            }
        }
        return expression;
    }

    boolean matches(String candidate) {
        if (literals != null) {
            return literals.contains(candidate);
        }
        for (Alternative each : alternatives) {
            if (each.matches(candidate)) {
                return true;
            }
        }
        return false;
    }

    /** The strings it matches, where they can be listed. */
    @Nullable
    Set<String> literals() {
        return literals;
    }

    /** Whether it matches every string that is not empty. */
    boolean matchesNonEmpty() {
        for (Alternative each : alternatives) {
            boolean open = each.before != Any.NONE && each.after == Any.NONE;
            if (each.literal.isEmpty() && open) {
                return true;
            }
        }
        return false;
    }
}
