package io.pharos.promql.parser;

/** Line and column, both from 1, of an offset in a text; columns count UTF-8 bytes as Prometheus' do. */
public record Position(int line, int column) {
    /** The position of an offset; one beyond the end is that of the end. */
    public static Position of(String text, int offset) {
        int line = 1;
        int column = 1;
        int end = Math.min(offset, text.length());
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
                column = 1;
            } else if (c < 0x80) {
                column++;
            } else if (c < 0x800) {
                column += 2;
            } else if (Character.isSurrogate(c)) {
                column += 2; // a pair is four bytes
            } else {
                column += 3;
            }
        }
        return new Position(line, column);
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
