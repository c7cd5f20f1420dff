package io.pharos.alerting.template;

import org.jspecify.annotations.Nullable;

/**
 * A word of an action.
 *
 * @param text the word as written; of a string its content
 * @param value of a number
 * @param spaced whether white space stands before it
 * @param line from 1
 */
record Token(Kind kind, String text, @Nullable Object value, boolean spaced, int line) {
    enum Kind {
        TEXT,
        OPEN,
        CLOSE,
        NAME,
        FIELD,
        VARIABLE,
        NUMBER,
        STRING,
        DOT,
        PIPE,
        COMMA,
        DECLARE,
        ASSIGN,
        LEFT,
        RIGHT,
        END
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean isWord(String word) {
        return kind == Kind.NAME && text.equals(word);
    }
}
