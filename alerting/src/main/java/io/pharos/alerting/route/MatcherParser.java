package io.pharos.alerting.route;

import io.pharos.timeseries.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/** Reads matchers as routes and silences write them: {@code team="db"}, {@code {job=~"a|b", env!=test}}. */
public final class MatcherParser {
    private final String text;
    private int at;

    private MatcherParser(String text) {
        this.text = text;
    }

    /**
     * The matchers of a text, at least one.
     *
     * @throws IllegalArgumentException with a sentence that names the position
     */
    public static List<LabelMatcher> parse(String text) {
        String inner = text.strip();
        if (inner.startsWith("{") && inner.endsWith("}")) {
            inner = inner.substring(1, inner.length() - 1);
        }
        return new MatcherParser(inner).matchers();
    }

    private List<LabelMatcher> matchers() {
        List<LabelMatcher> matchers = new ArrayList<>();
        do {
            skipSpace();
            if (at == text.length() && !matchers.isEmpty()) {
                break; // a comma may end the list
            }
            matchers.add(matcher());
            skipSpace();
        } while (at < text.length() && text.charAt(at++) == ',');
        if (at < text.length()) {
            throw fault("expected a comma");
        }
        return matchers;
    }

    private LabelMatcher matcher() {
        String name = at < text.length() && text.charAt(at) == '"' ? quoted() : word("=!~,", true);
        skipSpace();
        LabelMatcher.Type type = type();
        skipSpace();
        String value = at < text.length() && text.charAt(at) == '"' ? quoted() : word(",", false);
        if (name.isEmpty()) {
            throw fault("a label name is missing");
        }
        return LabelMatcher.of(type, name, value);
    }

    private LabelMatcher.Type type() {
        for (LabelMatcher.Type type : List.of(
                LabelMatcher.Type.REGEX,
                LabelMatcher.Type.NOT_REGEX,
                LabelMatcher.Type.NOT_EQUAL,
                LabelMatcher.Type.EQUAL)) {
            if (text.startsWith(type.symbol(), at)) {
                at += type.symbol().length();
                return type;
            }
        }
        throw fault("expected =, !=, =~ or !~");
    }

    private String word(String ends, boolean endsAtSpace) {
        int from = at;
        while (at < text.length()
                && ends.indexOf(text.charAt(at)) < 0
                && !(endsAtSpace && Character.isWhitespace(text.charAt(at)))) {
            at++;
        }
        return text.substring(from, at).strip();
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                char escaped = text.charAt(at++);
                if (escaped == 'n') {
                    value.append('\n');
                } else if (escaped == '"' || escaped == '\\') {
                    value.append(escaped);
                } else {
                    value.append('\\')
                            .append(escaped); // as Alertmanager reads it: regular expressions need no doubling
                }
            } else {
                value.append(c);
            }
        }
        if (at == text.length()) {
            throw fault("a quote is not closed");
        }
        at++;
        return value.toString();
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException fault(String message) {
        return new IllegalArgumentException("not a matcher: " + message + " at character " + (at + 1));
    }
}
