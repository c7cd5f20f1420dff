package io.pharos.promql.ast;

/** The operators between two expressions, with their precedence: higher binds tighter. */
public enum BinaryOperator {
    POW("^", 6, Kind.ARITHMETIC),
    MUL("*", 5, Kind.ARITHMETIC),
    DIV("/", 5, Kind.ARITHMETIC),
    MOD("%", 5, Kind.ARITHMETIC),
    ATAN2("atan2", 5, Kind.ARITHMETIC),
    ADD("+", 4, Kind.ARITHMETIC),
    SUB("-", 4, Kind.ARITHMETIC),
    EQL("==", 3, Kind.COMPARISON),
    NEQ("!=", 3, Kind.COMPARISON),
    LTE("<=", 3, Kind.COMPARISON),
    LSS("<", 3, Kind.COMPARISON),
    GTE(">=", 3, Kind.COMPARISON),
    GTR(">", 3, Kind.COMPARISON),
    TRIM_UPPER("</", 3, Kind.TRIM),
    TRIM_LOWER(">/", 3, Kind.TRIM),
    AND("and", 2, Kind.SET),
    UNLESS("unless", 2, Kind.SET),
    OR("or", 1, Kind.SET);

    /** The families, which differ in types and in what happens to labels. */
    public enum Kind {
        ARITHMETIC,
        COMPARISON,
        TRIM,
        SET
    }

    private final String symbol;
    private final int precedence;
    private final Kind kind;

    BinaryOperator(String symbol, int precedence, Kind kind) {
        this.symbol = symbol;
        this.precedence = precedence;
        this.kind = kind;
    }

    /** As written in a query. */
    public String symbol() {
        return symbol;
    }

    /** From 1 (or) to 6 (power). */
    public int precedence() {
        return precedence;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isComparison() {
        return kind == Kind.COMPARISON;
    }

    public boolean isSet() {
        return kind == Kind.SET;
    }

    /** Only the power groups from the right. */
    public boolean isRightAssociative() {
        return this == POW;
    }
}
