package io.pharos.collection.bulk;

import java.nio.charset.StandardCharsets;

/** A place in a line of JSON. Not thread-safe. */
final class JsonCursor {
    private static final double[] POWERS = new double[23];
    private static final int DEPTH_MAX = 32;

    static {
        double power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private byte[] bytes = {};
    private int from;
    private int to;
    private int at;

    void begin(byte[] line, int first, int end) {
        bytes = line;
        from = first;
        to = end;
        at = first;
    }

    int position() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    /** The column of the next byte, from 1. */
    int column() {
        return at - from + 1;
    }

    private LineException error(String what) {
        return new LineException(column(), at >= to ? what + " and found the end of the line" : what);
    }

    void blanks() {
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
            at++;
        }
    }

    /** The next byte that is no blank; 0 at the end. */
    byte peek() {
        blanks();
        return at < to ? bytes[at] : 0;
    }

    void expect(char wanted) throws LineException {
        if (peek() != wanted) {
            throw error("expected '" + wanted + "'");
        }
        at++;
    }

    boolean skipIf(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    void atEnd() throws LineException {
        if (peek() != 0 || at < to) {
            throw error("expected nothing more");
        }
    }

    void word(String wanted) throws LineException {
        for (int i = 0; i < wanted.length(); i++) {
            if (at + i >= to || bytes[at + i] != wanted.charAt(i)) {
                throw error("expected " + wanted);
            }
        }
        at += wanted.length();
    }

    /** Reads a text in quotes. */
    String string() throws LineException {
        expect('"');
        int first = at;
        while (at < to && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        if (at < to && bytes[at] == '"') {
            return JsonLines.text(bytes, first, at++, first - from + 1);
        }
        StringBuilder text = new StringBuilder();
        int piece = first;
        while (at < to && bytes[at] != '"') {
            if (bytes[at] == '\\') {
                text.append(JsonLines.text(bytes, piece, at, piece - from + 1));
                text.append(escaped());
                piece = at;
            } else {
                at++;
            }
        }
        if (at >= to) {
            throw error("expected '\"'");
        }
        return text.append(JsonLines.text(bytes, piece, at++, piece - from + 1)).toString();
    }

    private char escaped() throws LineException {
        at++;
        byte kind = at < to ? bytes[at] : 0;
        at++;
        return switch (kind) {
            case '"', '\\', '/' -> (char) kind;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = at < to ? Character.digit(bytes[at], 16) : -1;
                    if (digit < 0) {
                        throw error("expected four hexadecimal digits");
                    }
                    code = code << 4 | digit;
                    at++;
                }
                yield (char) code;
            }
            default -> {
                at--;
                throw error("an escape that JSON has not");
            }
        };
    }

    /** Reads a whole number. */
    long wholeNumber() throws LineException {
        blanks();
        int first = at;
        boolean negative = at < to && bytes[at] == '-';
        if (negative) {
            at++;
        }
        int digits = at;
        long number = 0;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            number = number * 10 + (bytes[at] - '0');
            at++;
        }
        if (at == digits || at - digits > 16 || at < to && isOfNumber(bytes[at])) {
            at = first;
            throw error("expected a time in whole milliseconds");
        }
        return negative ? -number : number;
    }

    private static boolean isOfNumber(byte b) {
        return b == '.' || b == 'e' || b == 'E' || b == '+' || b == '-';
    }

    /** Reads a number. */
    double number() throws LineException {
        blanks();
        int first = at;
        boolean negative = at < to && bytes[at] == '-';
        if (negative) {
            at++;
        }
        long mantissa = 0;
        int digitsFrom = at;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            mantissa = mantissa * 10 + (bytes[at] - '0');
            at++;
        }
        int digits = at - digitsFrom;
        int decimals = 0;
        if (digits > 0 && at < to && bytes[at] == '.') {
            int decimalsFrom = ++at;
            while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
                mantissa = mantissa * 10 + (bytes[at] - '0');
                at++;
            }
            decimals = at - decimalsFrom;
            digits = decimals == 0 ? 0 : digits + decimals;
        }
        if (digits == 0 || at < to && (bytes[at] == '.' || bytes[at] == '+' || bytes[at] == '-')) {
            at = first;
            throw error("expected a number");
        }
        if (at < to && (bytes[at] == 'e' || bytes[at] == 'E') || digits > 15) {
            return slow(first);
        }
        // Both are exact below 2^53 and up to 10^22, so the quotient is the nearest double.
        double value = decimals == 0 ? mantissa : mantissa / POWERS[decimals];
        return negative ? -value : value;
    }

    private double slow(int first) throws LineException {
        while (at < to && (isOfNumber(bytes[at]) || bytes[at] >= '0' && bytes[at] <= '9')) {
            at++;
        }
        try {
            return Double.parseDouble(new String(bytes, first, at - first, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException wrong) {
            at = first;
            throw error("expected a number");
        }
    }

    /** Passes over any value. */
    void skipValue() throws LineException {
        int depth = 0;
        do {
            byte next = peek();
            if (next == '"') {
                string();
            } else if (next == '{' || next == '[') {
                at++;
                depth++;
                if (depth > DEPTH_MAX) {
                    throw error("nested deeper than " + DEPTH_MAX);
                }
            } else if (next == '}' || next == ']') {
                at++;
                depth--;
            } else if (depth > 0 && (next == ',' || next == ':')) {
                at++;
            } else {
                int first = at;
                while (at < to && (Character.isLetterOrDigit(bytes[at]) || isOfNumber(bytes[at]))) {
                    at++;
                }
                if (at == first) {
                    throw error("expected a value");
                }
            }
        } while (depth > 0);
        if (depth < 0) {
            throw error("expected a value");
        }
    }
}
