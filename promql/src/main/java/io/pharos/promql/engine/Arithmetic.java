package io.pharos.promql.engine;

import io.pharos.promql.ast.BinaryOperator;

/** The operators on two numbers. */
final class Arithmetic {
    private Arithmetic() {}

    /** The value of an arithmetic operator. */
    static double apply(BinaryOperator operator, double a, double b) {
        return switch (operator) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MOD -> a % b;
            case POW -> pow(a, b);
            case ATAN2 -> Math.atan2(a, b);
            default -> throw new IllegalStateException("no arithmetic operator: " + operator.symbol());
        };
    }

    /** As C99 has it: a one to any power, and any number to the power of zero, is one. */
    private static double pow(double a, double b) {
        return a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
    }

    /** The answer of a comparison; false for NaN but for "not equal". */
    static boolean compare(BinaryOperator operator, double a, double b) {
        return switch (operator) {
            case EQL -> a == b;
            case NEQ -> a != b;
            case LTE -> a <= b;
            case LSS -> a < b;
            case GTE -> a >= b;
            case GTR -> a > b;
            default -> throw new IllegalStateException("no comparison: " + operator.symbol());
        };
    }
}
