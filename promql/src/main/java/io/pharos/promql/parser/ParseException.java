package io.pharos.promql.parser;

import io.pharos.promql.ast.Span;

/** Why a text is no query; the message begins with line and column, both from 1. */
public final class ParseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Span span;
    private final String reason;

    ParseException(String text, Span span, String reason) {
        super(Position.of(text, span.start()) + ": parse error: " + reason);
        this.span = span;
        this.reason = reason;
    }

    /** Where in the text. */
    public Span span() {
        return span;
    }

    /** The message without its position. */
    public String reason() {
        return reason;
    }
}
