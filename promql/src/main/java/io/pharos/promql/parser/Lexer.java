package io.pharos.promql.parser;

import io.pharos.promql.ast.Printer;
import io.pharos.promql.ast.Span;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts a text into tokens in one pass. Words are all of one kind: only the parser knows which are keywords where they stand. */
final class Lexer {
    enum Kind {
        WORD,
        NUMBER,
        DURATION,
        STRING,
        SYMBOL,
        /** What is no token; its text says why. The parser refuses it where it stands, so what is wrong before it is told first. */
        ERROR,
        END
    }

    /** A token; the text of a string is unquoted. */
    record Token(Kind kind, String text, Span span) {
        boolean is(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }

        boolean isWord(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }

        /** How an error names the token; {@code written} is its text in the query. */
        String described(String written) {
            return switch (kind) {
                case END -> "end of input";
                case WORD -> Words.described(text);
                case NUMBER -> "number " + shortened(written);
                case DURATION -> "duration " + shortened(written);
                case STRING -> "string " + shortened(written);
                case SYMBOL -> OPERATORS.contains(text) ? "<op:" + text + ">" : "\"" + text + "\"";
                case ERROR -> text;
            };
        }

        private static String shortened(String written) {
            return written.length() > SHOWN_MAX
                    ? Printer.quote(written.substring(0, SHOWN_MAX)) + "..."
                    : Printer.quote(written);
        }
    }

    /** How much of a literal an error shows. */
    private static final int SHOWN_MAX = 10;

    private static final Set<String> OPERATORS =
            Set.of("+", "-", "*", "/", "%", "^", "==", "!=", "<=", "<", ">=", ">", "=~", "!~", "@", "</", ">/");

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int brackets;
    private int braces;
    private int parentheses;

    private Lexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        Lexer lexer = new Lexer(text);
        try {
            while (lexer.one()) {}
        } catch (ParseException wrong) {
            lexer.tokens.add(new Token(Kind.ERROR, wrong.reason(), wrong.span()));
        }
        return lexer.tokens;
    }

    private boolean one() {
        skipBlanks();
        int start = at;
        if (at >= text.length()) {
            if (braces > 0) {
                throw error(start, "unexpected end of input inside braces");
            }
            if (brackets > 0) {
                throw error(start, "unexpected end of input in duration expression");
            }
            if (parentheses > 0) {
                throw error(start, "unclosed left parenthesis");
            }
            tokens.add(new Token(Kind.END, "", new Span(at, at)));
            return false;
        }
        char c = text.charAt(at);
        if (braces > 0) {
            checkInsideBraces(start, c);
        }
        if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
            number(start);
        } else if (isLetter(c) || c == ':' && brackets == 0 && braces == 0) {
            while (at < text.length() && isWordPart(text.charAt(at))) {
                at++;
            }
            add(Kind.WORD, start);
        } else if (brackets > 0 && (c == '"' || c == '\'' || c == '`')) {
            throw error(start, "unexpected character in duration expression: " + character(at));
        } else if (c == '"' || c == '\'') {
            quoted(start, c);
        } else if (c == '`') {
            int end = text.indexOf('`', at + 1);
            if (end < 0) {
                throw error(start, "unterminated raw string");
            }
            at = end + 1;
            tokens.add(new Token(Kind.STRING, text.substring(start + 1, end), new Span(start, at)));
        } else {
            symbol(start, c);
        }
        return true;
    }

    private void checkInsideBraces(int start, char c) {
        if (c == '{') {
            throw error(start, "unexpected left brace '{'");
        }
        if (c == '!' && peek(1) != '=' && peek(1) != '~') {
            throw error(start, "unexpected character after '!' inside braces: " + character(at + 1));
        }
        if (!isLetter(c) && "\"'`,=!}".indexOf(c) < 0) {
            throw error(start, "unexpected character inside braces: " + character(at));
        }
    }

    /** A character in single quotes, as errors show it; nothing at the end. */
    private String character(int place) {
        return place >= text.length() ? "end of input" : "'" + Character.toString(text.codePointAt(place)) + "'";
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else {
                return;
            }
        }
    }

    private boolean isWordPart(char c) {
        return isLetter(c) || isDigit(c) || c == ':' && brackets == 0 && braces == 0;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    private void number(int start) {
        if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            at += 2;
            while (isHex(peek(0)) || peek(0) == '_') {
                at++;
            }
            end(start, Kind.NUMBER);
            return;
        }
        digits();
        if (peek(0) == '.') {
            at++;
            digits();
        }
        if (peek(0) == 'e' || peek(0) == 'E') {
            at++;
            if (peek(0) == '+' || peek(0) == '-') {
                at++;
            }
            digits();
        }
        end(start, Kind.NUMBER);
    }

    private void digits() {
        while (isDigit(peek(0)) || peek(0) == '_') {
            at++;
        }
    }

    private static boolean isUnit(char c) {
        return c == 'm' || c == 's' || c == 'h' || c == 'd' || c == 'w' || c == 'y';
    }

    /** Ends a number, which a unit makes a duration; the character that fits neither is shown with it. */
    private void end(int start, Kind kind) {
        if (!isWordEnd()) {
            boolean units = isUnit(peek(0));
            while (units && !isWordEnd()) {
                units = unit();
            }
            if (!units) {
                throw error(start, "bad number or duration syntax: " + quoted(text.substring(start, at)));
            }
            add(Kind.DURATION, start);
            return;
        }
        add(kind, start);
    }

    private boolean isWordEnd() {
        return !isLetter(peek(0)) && !isDigit(peek(0));
    }

    /** Takes one unit and the digits of the next one; false where what follows is neither, which is then taken too. */
    private boolean unit() {
        at++;
        if (peek(0) == 's') {
            at++;
        }
        int digits = at;
        while (isDigit(peek(0))) {
            at++;
        }
        boolean more = at > digits && isUnit(peek(0));
        if (more || isWordEnd() && at == digits) {
            return true;
        }
        if (at == digits) {
            at++;
        }
        return false;
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private void symbol(int start, char c) {
        String two = text.substring(start, Math.min(text.length(), start + 2));
        if (braces == 0 && (two.equals("=~") || c == '!' && !two.equals("!="))) {
            throw error(start, "unexpected character after '" + c + "': " + character(start + 1));
        }
        switch (two) {
            case "==", "!=", "<=", ">=", "=~", "!~", "</", ">/" -> {
                at += 2;
                add(Kind.SYMBOL, start);
                return;
            }
            default -> {}
        }
        switch (c) {
            case '[' -> {
                if (brackets > 0) {
                    throw error(start, "unexpected left bracket '['");
                }
                brackets++;
            }
            case ']' -> {
                if (brackets == 0) {
                    throw error(start, "unexpected right bracket ']'");
                }
                brackets--;
            }
            case '{' -> {
                if (brackets > 0) {
                    throw error(start, "unexpected character in duration expression: '{'");
                }
                braces++;
            }
            case '}' -> {
                if (braces == 0) {
                    throw error(start, "unexpected character: '}'");
                }
                braces--;
            }
            case '(' -> parentheses++;
            case ')' -> {
                if (parentheses == 0) {
                    throw error(start, "unexpected right parenthesis ')'");
                }
                parentheses--;
            }
            case ',', '+', '-', '*', '/', '%', '^', '<', '>', '=', '@', ':' -> {}
            default -> {
                int point = text.codePointAt(start);
                throw error(start, "unexpected character: '" + Character.toString(point) + "'");
            }
        }
        at++;
        add(Kind.SYMBOL, start);
    }

    private void quoted(int start, char quote) {
        StringBuilder out = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length() || text.charAt(at) == '\n') {
                throw error(start, "unterminated quoted string");
            }
            char c = text.charAt(at++);
            if (c == quote) {
                break;
            }
            if (c == '\\') {
                escape(start, quote, out);
            } else {
                out.append(c);
            }
        }
        tokens.add(new Token(Kind.STRING, out.toString(), new Span(start, at)));
    }

    private void escape(int start, char quote, StringBuilder out) {
        if (at >= text.length()) {
            throw error(start, "unterminated quoted string");
        }
        char c = text.charAt(at++);
        switch (c) {
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'v' -> out.append('\u000b');
            case '\\' -> out.append('\\');
            case 'x' -> bytes(start, out);
            case 'u' -> out.appendCodePoint(code(start, 4, 16));
            case 'U' -> out.appendCodePoint(code(start, 8, 16));
            default -> {
                if (c == quote) {
                    out.append(c);
                } else if (c >= '0' && c <= '7') {
                    at--;
                    out.append((char) code(start, 3, 8));
                } else {
                    throw error(start, "unknown escape sequence U+" + String.format("%04X", (int) c) + " '" + c + "'");
                }
            }
        }
    }

    /** A run of byte escapes is UTF-8. */
    private void bytes(int start, StringBuilder out) {
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        run.write(code(start, 2, 16));
        while (peek(0) == '\\' && peek(1) == 'x') {
            at += 2;
            run.write(code(start, 2, 16));
        }
        out.append(run.toString(StandardCharsets.UTF_8));
    }

    private int code(int start, int length, int radix) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = Character.digit(peek(0), radix);
            if (digit < 0) {
                throw error(start, "illegal character in escape sequence");
            }
            value = value * radix + digit;
            at++;
        }
        boolean surrogate = value >= 0xd800 && value <= 0xdfff && length >= 4;
        if (surrogate || value > Character.MAX_CODE_POINT || length <= 3 && value > 255) {
            throw error(start, "escape sequence is an invalid Unicode code point");
        }
        return (int) value;
    }

    private void add(Kind kind, int start) {
        tokens.add(new Token(kind, text.substring(start, at), new Span(start, at)));
    }

    private ParseException error(int start, String reason) {
        return new ParseException(text, new Span(start, Math.max(start + 1, at)), reason);
    }
}
