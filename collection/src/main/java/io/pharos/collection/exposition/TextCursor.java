package io.pharos.collection.exposition;

import io.pharos.collection.wire.Utf8;

/** A place in an exposition and the words read from it; it knows the line and column of what is wrong. Not thread-safe. */
final class TextCursor {
    private final byte[] bytes;
    private int at;
    private int line;
    private int lineStart;

    /** A cursor at a place, which is in this line of the text (from 1). */
    TextCursor(byte[] bytes, int at, int line) {
        this.bytes = bytes;
        this.at = at;
        this.line = line;
        this.lineStart = at;
        while (lineStart > 0 && bytes[lineStart - 1] != '\n') {
            lineStart--;
        }
    }

    /** Where the next byte is. */
    int at() {
        return at;
    }

    /** The line it is in, from 1. */
    int line() {
        return line;
    }

    boolean isAtEnd() {
        return at >= bytes.length;
    }

    /** The next byte, or 0 behind the end. */
    byte peek() {
        return at < bytes.length ? bytes[at] : 0;
    }

    /** Whether the text goes on with this ASCII word. */
    boolean startsWith(String word) {
        if (bytes.length - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Passes over bytes of this line. */
    void skip(int count) {
        at += count;
    }

    void skipBlanks() {
        while (at < bytes.length && isBlank(bytes[at])) {
            at++;
        }
    }

    /** Passes over what may stand in a metric's name. */
    void skipName() {
        while (at < bytes.length && isNamePart(bytes[at])) {
            at++;
        }
    }

    /** Passes over what comes before a blank or the end of the line. */
    void skipWord() {
        while (at < bytes.length && !isBlank(bytes[at]) && bytes[at] != '\n') {
            at++;
        }
    }

    /** Moves to the end of the line, which is not passed. */
    void toLineEnd() {
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
    }

    /** Passes over the end of the line, where that or the end of the text comes next. */
    void endLine() {
        if (at < bytes.length) {
            at++;
            line++;
            lineStart = at;
        }
    }

    void skipLine() {
        toLineEnd();
        endLine();
    }

    /** Passes over braces, minding quotes, without reading what is in them; the next byte is the opening one. */
    void skipBraces() throws ExpositionException {
        int open = at;
        boolean inQuotes = false;
        for (at++; at < bytes.length; at++) {
            byte b = bytes[at];
            if (inQuotes) {
                if (b == '\\') {
                    at++;
                } else if (b == '"') {
                    inQuotes = false;
                } else if (b == '\n') {
                    throw error("a label value ends without a quote");
                }
            } else if (b == '"') {
                inQuotes = true;
            } else if (b == '}') {
                at++;
                return;
            } else if (b == '\n') {
                break;
            }
        }
        throw errorAt(open, "'{' without '}'");
    }

    /** Reads a metric's name, in quotes or without. */
    String metricName() throws ExpositionException {
        if (peek() == '"') {
            return quoted();
        }
        int from = at;
        if (!isNameStart(peek())) {
            throw error("expected a metric name");
        }
        skipName();
        return utf8(from, at);
    }

    /** Reads a label's name, which is not in quotes. */
    String labelName() throws ExpositionException {
        int from = at;
        if (!isNameStart(peek()) || peek() == ':') {
            throw error("expected a label name");
        }
        while (at < bytes.length && isNamePart(bytes[at]) && bytes[at] != ':') {
            at++;
        }
        return utf8(from, at);
    }

    /** Reads a text in quotes; the next byte is the opening quote. */
    String quoted() throws ExpositionException {
        int from = ++at;
        while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\n') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        if (at >= bytes.length || bytes[at] != '"') {
            throw errorAt(from - 1, "a quote without its end");
        }
        String content = unescaped(from, at, true);
        at++;
        return content;
    }

    /** The text between two places without its escapes: {@code \n}, {@code \\} and, where quotes end texts, {@code \"}. */
    String unescaped(int from, int to, boolean quotes) throws ExpositionException {
        boolean escaped = false;
        for (int i = from; i < to && !escaped; i++) {
            escaped = bytes[i] == '\\';
        }
        if (!escaped) {
            return utf8(from, to);
        }
        byte[] plain = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\\' && i + 1 < to) {
                byte next = bytes[++i];
                if (next == 'n') {
                    plain[length++] = '\n';
                } else if (next == '\\' || next == '"' && quotes) {
                    plain[length++] = next;
                } else {
                    plain[length++] = '\\';
                    plain[length++] = next;
                }
            } else {
                plain[length++] = b;
            }
        }
        return utf8(plain, 0, length, from);
    }

    /** The text between two places as it stands. */
    String utf8(int from, int to) throws ExpositionException {
        return utf8(bytes, from, to, from);
    }

    private String utf8(byte[] source, int from, int to, int place) throws ExpositionException {
        try {
            return Utf8.read(source, from, to);
        } catch (IllegalArgumentException e) {
            throw errorAt(place, "not valid UTF-8");
        }
    }

    /** What is wrong with the next byte. */
    ExpositionException error(String what) {
        return errorAt(at, what);
    }

    /** What is wrong with a byte of this line. */
    ExpositionException errorAt(int place, String what) {
        return new ExpositionException(line, place - lineStart + 1, what);
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    static boolean isNameStart(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == ':';
    }

    private static boolean isNamePart(byte b) {
        return isNameStart(b) || b >= '0' && b <= '9';
    }
}
