package io.pharos.promql.ast;

/** What an expression evaluates to. */
public enum ValueType {
    SCALAR("scalar"),
    STRING("string"),
    VECTOR("instant vector"),
    MATRIX("range vector");

    private final String text;

    ValueType(String text) {
        this.text = text;
    }

    /** The name that error texts use. */
    public String text() {
        return text;
    }
}
