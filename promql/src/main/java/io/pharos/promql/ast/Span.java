package io.pharos.promql.ast;

/** Where a node stands in the text of its query: offsets in UTF-16 units, the end exclusive. */
public record Span(int start, int end) {
    /** No place: the node was not written by anybody. */
    public static final Span NONE = new Span(0, 0);

    /** From the start of this to the end of another. */
    public Span to(Span other) {
        return new Span(start, other.end);
    }
}
