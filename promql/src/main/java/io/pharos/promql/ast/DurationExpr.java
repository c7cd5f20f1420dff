package io.pharos.promql.ast;

/** A duration as written: a literal, or arithmetic over literals and the query's step and range. */
public sealed interface DurationExpr {
    /** The text that parses back to this. */
    String text();

    /**
     * The value in seconds.
     *
     * @param stepMillis the step of the query, zero for an instant query
     * @param rangeMillis the query's end minus its start
     */
    double seconds(long stepMillis, long rangeMillis);

    /** Whether neither the step nor the range of the query decides the value. */
    boolean isConstant();

    /** The value in milliseconds; rounded as a timestamp is. */
    default long millis(long stepMillis, long rangeMillis) {
        return Math.round(seconds(stepMillis, rangeMillis) * 1000);
    }

    /** A literal of so many milliseconds. */
    static DurationExpr ofMillis(long millis) {
        return new Literal(millis);
    }

    /** A fixed number of milliseconds. */
    record Literal(long fixedMillis) implements DurationExpr {
        @Override
        public String text() {
            return Printer.duration(fixedMillis);
        }

        @Override
        public double seconds(long stepMillis, long rangeMillis) {
            return fixedMillis / 1000.0;
        }

        @Override
        public long millis(long stepMillis, long rangeMillis) {
            return fixedMillis;
        }

        @Override
        public boolean isConstant() {
            return true;
        }
    }

    /** A number of seconds inside an expression. */
    record Seconds(double value) implements DurationExpr {
        @Override
        public String text() {
            return Printer.number(value);
        }

        @Override
        public double seconds(long stepMillis, long rangeMillis) {
            return value;
        }

        @Override
        public boolean isConstant() {
            return true;
        }
    }

    /** The step of the query. */
    record Step() implements DurationExpr {
        @Override
        public String text() {
            return "step()";
        }

        @Override
        public double seconds(long stepMillis, long rangeMillis) {
            return stepMillis / 1000.0;
        }

        @Override
        public boolean isConstant() {
            return false;
        }
    }

    /** The end minus the start of the query. */
    record Range() implements DurationExpr {
        @Override
        public String text() {
            return "range()";
        }

        @Override
        public double seconds(long stepMillis, long rangeMillis) {
            return rangeMillis / 1000.0;
        }

        @Override
        public boolean isConstant() {
            return false;
        }
    }

    /** The negative of a duration. */
    record Negative(DurationExpr operand) implements DurationExpr {
        @Override
        public String text() {
            return "-" + operand.text();
        }

        @Override
        public double seconds(long stepMillis, long rangeMillis) {
            return -operand.seconds(stepMillis, rangeMillis);
        }

        @Override
        public boolean isConstant() {
            return operand.isConstant();
        }
    }

    /** Arithmetic between two durations, always printed in parentheses. */
    record Operation(BinaryOperator operator, DurationExpr left, DurationExpr right) implements DurationExpr {
        @Override
        public String text() {
            return "(" + left.text() + " " + operator.symbol() + " " + right.text() + ")";
        }

        @Override
        public double seconds(long stepMillis, long rangeMillis) {
            double a = left.seconds(stepMillis, rangeMillis);
            double b = right.seconds(stepMillis, rangeMillis);
            return switch (operator) {
                case ADD -> a + b;
                case SUB -> a - b;
                case MUL -> a * b;
                case DIV -> a / b;
                case MOD -> a % b;
                case POW -> Math.pow(a, b);
                default -> throw new IllegalStateException("no duration operator: " + operator.symbol());
            };
        }

        @Override
        public boolean isConstant() {
            return left.isConstant() && right.isConstant();
        }
    }

    /** The smaller or the larger of two durations. */
    record Choice(boolean larger, DurationExpr left, DurationExpr right) implements DurationExpr {
        @Override
        public String text() {
            return (larger ? "max_of(" : "min_of(") + left.text() + ", " + right.text() + ")";
        }

        @Override
        public double seconds(long stepMillis, long rangeMillis) {
            double a = left.seconds(stepMillis, rangeMillis);
            double b = right.seconds(stepMillis, rangeMillis);
            return larger ? Math.max(a, b) : Math.min(a, b);
        }

        @Override
        public boolean isConstant() {
            return left.isConstant() && right.isConstant();
        }
    }
}
