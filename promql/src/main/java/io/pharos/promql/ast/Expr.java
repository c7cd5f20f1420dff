package io.pharos.promql.ast;

import io.pharos.timeseries.labels.LabelMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of a query, immutable. {@code toString} is canonical PromQL that parses back to an equal tree but for positions. */
public sealed interface Expr {
    /** Where the node stands in the query. */
    Span span();

    /** What the node evaluates to. */
    ValueType type();

    /** The nodes right below, in the order of the text. */
    List<Expr> children();

    /** A number, also one written as a duration. */
    record NumberLiteral(double value, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.SCALAR;
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** A string, unquoted. */
    record StringLiteral(String value, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.STRING;
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** An expression in parentheses. */
    record Paren(Expr inner, Span span) implements Expr {
        @Override
        public ValueType type() {
            return inner.type();
        }

        @Override
        public List<Expr> children() {
            return List.of(inner);
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** A sign before an expression. */
    record Unary(boolean negative, Expr operand, Span span) implements Expr {
        @Override
        public ValueType type() {
            return operand.type();
        }

        @Override
        public List<Expr> children() {
            return List.of(operand);
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /**
     * An operator between two expressions.
     *
     * @param matching how series meet; used only between two vectors
     */
    record Binary(
            BinaryOperator operator, Expr left, Expr right, boolean returnBool, VectorMatching matching, Span span)
            implements Expr {
        @Override
        public ValueType type() {
            return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
                    ? ValueType.SCALAR
                    : ValueType.VECTOR;
        }

        @Override
        public List<Expr> children() {
            return List.of(left, right);
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** A function by its name in the table of functions. */
    record Call(String function, List<Expr> arguments, ValueType type, Span span) implements Expr {
        @Override
        public List<Expr> children() {
            return arguments;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /**
     * An aggregation over series.
     *
     * @param without whether the labels are the ones removed instead of the ones kept
     * @param parameter the k of topk and the like, or null
     */
    record Aggregation(
            AggregateOperator operator,
            boolean without,
            List<String> labels,
            @Nullable Expr parameter,
            Expr operand,
            Span span)
            implements Expr {
        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }

        @Override
        public List<Expr> children() {
            return parameter == null ? List.of(operand) : List.of(parameter, operand);
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** How an extended selector treats the edges of its range. */
    enum Extension {
        NONE,
        ANCHORED,
        SMOOTHED
    }

    /**
     * An instant vector selector.
     *
     * @param name the name as written before the braces or quoted inside them, or null
     * @param matchers all matchers, the one of the name included
     */
    record VectorSelector(
            @Nullable String name, List<LabelMatcher> matchers, TimeModifier time, Extension extension, Span span)
            implements Expr {
        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** A range vector selector; the time modifier is that of the selector inside. */
    record MatrixSelector(VectorSelector selector, DurationExpr range, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }

        @Override
        public List<Expr> children() {
            return List.of(selector);
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** A range over the values of an expression; a null step is the default of the server. */
    record Subquery(
            Expr inner, DurationExpr range, @Nullable DurationExpr step, TimeModifier time, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }

        @Override
        public List<Expr> children() {
            return List.of(inner);
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** A part of a distributed plan that was evaluated elsewhere: its merged result stands here. No text parses to it. */
    record Remote(int id, Expr replaced) implements Expr {
        @Override
        public Span span() {
            return replaced.span();
        }

        @Override
        public ValueType type() {
            return replaced.type();
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public String toString() {
            return "remote(" + id + ", " + replaced + ")";
        }
    }

    /** This without the parentheses around it. */
    default Expr unwrapped() {
        Expr at = this;
        while (at instanceof Paren paren) {
            at = paren.inner();
        }
        return at;
    }
}
