package io.pharos.alerting.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a template into texts and the words of its actions; trim markers are applied here. */
final class Lexer {
    private final String name;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    Lexer(String name, String text) {
        this.name = name;
        this.text = text;
    }

    List<Token> tokens() {
        boolean trimLeft = false;
        while (true) {
            int open = text.indexOf("{{", at);
            String plain = text.substring(at, open < 0 ? text.length() : open);
            int lines = lines(plain);
            if (trimLeft) {
                plain = plain.stripLeading();
            }
            if (open < 0) {
                text(plain);
                add(Token.Kind.END, "", null, false);
                return tokens;
            }
            at = open + 2;
            boolean trimsBefore = at + 1 < text.length() && text.charAt(at) == '-' && isSpace(text.charAt(at + 1));
            if (trimsBefore) {
                at += 2;
                plain = plain.stripTrailing();
            }
            text(plain);
            line += lines;
            trimLeft = action();
        }
    }

    private void text(String plain) {
        if (!plain.isEmpty()) {
            add(Token.Kind.TEXT, plain, null, false);
        }
    }

    /** Reads one action up to its end; true when the text after it is to be trimmed. */
    private boolean action() {
        if (text.startsWith("/*", at)) {
            return comment();
        }
        add(Token.Kind.OPEN, "{{", null, false);
        boolean spaced = false;
        while (true) {
            if (at >= text.length()) {
                throw fault("unclosed action");
            }
            char c = text.charAt(at);
            if (text.startsWith("}}", at)) {
                at += 2;
                add(Token.Kind.CLOSE, "}}", null, spaced);
                return false;
            }
            if (spaced && text.startsWith("-}}", at)) {
                at += 3;
                add(Token.Kind.CLOSE, "}}", null, true);
                return true;
            }
            if (isSpace(c)) {
                if (c == '\n') {
                    line++;
                }
                spaced = true;
                at++;
                continue;
            }
            word(c, spaced);
            spaced = false;
        }
    }

    private boolean comment() {
        int end = text.indexOf("*/", at);
        if (end < 0) {
            throw fault("unclosed comment");
        }
        line += lines(text.substring(at, end));
        at = end + 2;
        boolean trims = text.startsWith(" -}}", at);
        if (!trims && !text.startsWith("}}", at)) {
            throw fault("comment ends before closing delimiter");
        }
        at += trims ? 4 : 2;
        return trims;
    }

    private void word(char c, boolean spaced) {
        switch (c) {
            case '|' -> single(Token.Kind.PIPE, spaced);
            case ',' -> single(Token.Kind.COMMA, spaced);
            case '(' -> single(Token.Kind.LEFT, spaced);
            case ')' -> single(Token.Kind.RIGHT, spaced);
            case '=' -> single(Token.Kind.ASSIGN, spaced);
            case ':' -> {
                if (!text.startsWith(":=", at)) {
                    throw fault("expected :=");
                }
                at += 2;
                add(Token.Kind.DECLARE, ":=", null, spaced);
            }
            case '"' -> quoted(spaced);
            case '`' -> raw(spaced);
            case '\'' -> character(spaced);
            default -> nameOrNumber(c, spaced);
        }
    }

    private void single(Token.Kind kind, boolean spaced) {
        add(kind, text.substring(at, at + 1), null, spaced);
        at++;
    }

    private void nameOrNumber(char c, boolean spaced) {
        boolean digitNext = at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
        if (c == '.' && !digitNext) {
            String field = nameFrom(at + 1);
            at += 1 + field.length();
            add(field.isEmpty() ? Token.Kind.DOT : Token.Kind.FIELD, field, null, spaced);
        } else if (c == '$') {
            String variable = nameFrom(at + 1);
            at += 1 + variable.length();
            add(Token.Kind.VARIABLE, variable, null, spaced);
        } else if (Character.isDigit(c) || c == '.' || (c == '-' || c == '+') && at + 1 < text.length()) {
            number(spaced);
        } else {
            String word = nameFrom(at);
            if (word.isEmpty()) {
                throw fault("unexpected character '" + c + "' in an action");
            }
            at += word.length();
            add(Token.Kind.NAME, word, null, spaced);
        }
    }

    private String nameFrom(int from) {
        int end = from;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return text.substring(from, end);
    }

    private void number(boolean spaced) {
        int from = at;
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            char before = text.charAt(at - 1);
            boolean sign = (c == '-' || c == '+') && (before == 'e' || before == 'E');
            if (!sign && !Character.isLetterOrDigit(c) && c != '.' && c != '_') {
                break;
            }
            at++;
        }
        String word = text.substring(from, at);
        add(Token.Kind.NUMBER, word, parse(word), spaced);
    }

    private Object parse(String word) {
        String digits = word.replace("_", "");
        try {
            if (digits.matches("[-+]?(0[xX][0-9a-fA-F]+|[0-9]+)")) {
                return Long.decode(digits.matches("[-+]?0[0-9]+") ? digits.replaceFirst("0+(?=[0-9])", "") : digits);
            }
            if (digits.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?")) {
                return Double.parseDouble(digits);
            }
        } catch (NumberFormatException e) {
            throw fault("number out of range: " + word);
        }
        throw fault("bad number: " + word);
    }

    private void raw(boolean spaced) {
        int end = text.indexOf('`', at + 1);
        if (end < 0) {
            throw fault("unterminated raw string");
        }
        String content = text.substring(at + 1, end);
        add(Token.Kind.STRING, content, null, spaced);
        line += lines(content);
        at = end + 1;
    }

    private void quoted(boolean spaced) {
        StringBuilder content = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
            content.appendCodePoint(text.charAt(at) == '\\' ? escape() : text.charAt(at++));
        }
        if (at >= text.length() || text.charAt(at) != '"') {
            throw fault("unterminated quoted string");
        }
        at++;
        add(Token.Kind.STRING, content.toString(), null, spaced);
    }

    private void character(boolean spaced) {
        at++;
        if (at >= text.length()) {
            throw fault("unterminated character constant");
        }
        int code = text.charAt(at) == '\\' ? escape() : text.charAt(at++);
        if (at >= text.length() || text.charAt(at++) != '\'') {
            throw fault("unterminated character constant");
        }
        add(Token.Kind.NUMBER, "'", (long) code, spaced);
    }

    private int escape() {
        at++;
        char kind = at < text.length() ? text.charAt(at++) : 0;
        return switch (kind) {
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            case '\\', '"', '\'' -> kind;
            case 'x' -> digits(2, 16);
            case 'u' -> digits(4, 16);
            case 'U' -> digits(8, 16);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                yield digits(3, 8);
            }
            default -> throw fault("unknown escape sequence '\\" + kind + "'");
        };
    }

    private int digits(int count, int radix) {
        try {
            int code = Integer.parseInt(text.substring(at, Math.min(text.length(), at + count)), radix);
            at += count;
            if (!Character.isValidCodePoint(code)) {
                throw fault("escape sequence is not a character");
            }
            return code;
        } catch (NumberFormatException e) {
            throw fault("bad escape sequence");
        }
    }

    private void add(Token.Kind kind, String word, @Nullable Object value, boolean spaced) {
        tokens.add(new Token(kind, word, value, spaced, line));
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static int lines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    private TemplateException fault(String message) {
        return new TemplateException("template: " + name + ":" + line + ": " + message);
    }
}
