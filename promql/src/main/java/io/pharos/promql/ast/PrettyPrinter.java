package io.pharos.promql.ast;

import java.util.List;

/** Writes long expressions over several lines: what is longer than a line is split at its outermost node, and so on inside. */
public final class PrettyPrinter {
    private static final int LINE_MAX = 100;
    private static final String INDENT = "  ";

    private PrettyPrinter() {}

    /** The text of an expression; short ones on one line. */
    public static String print(Expr expr) {
        return print(expr, 0);
    }

    private static String print(Expr expr, int level) {
        String indent = INDENT.repeat(level);
        String line = expr.toString();
        if (line.length() <= LINE_MAX) {
            return indent + line;
        }
        if (expr instanceof Expr.Aggregation aggregation) {
            return indent + Printer.head(aggregation) + "(\n" + arguments(aggregation.children(), level + 1) + "\n"
                    + indent + ")";
        }
        if (expr instanceof Expr.Call call) {
            return indent + call.function() + "(\n" + arguments(call.arguments(), level + 1) + "\n" + indent + ")";
        }
        if (expr instanceof Expr.Binary binary) {
            return print(binary.left(), level + 1) + "\n" + indent + Printer.operator(binary) + "\n"
                    + print(binary.right(), level + 1);
        }
        if (expr instanceof Expr.Paren paren) {
            return indent + "(\n" + print(paren.inner(), level + 1) + "\n" + indent + ")";
        }
        if (expr instanceof Expr.Unary unary) {
            return indent
                    + (unary.negative() ? "-" : "+")
                    + print(unary.operand(), level).strip();
        }
        if (expr instanceof Expr.Subquery subquery) {
            return print(subquery.inner(), level) + Printer.suffix(subquery);
        }
        return indent + line;
    }

    private static String arguments(List<Expr> arguments, int level) {
        StringBuilder out = new StringBuilder();
        for (Expr argument : arguments) {
            out.append(out.length() == 0 ? "" : ",\n").append(print(argument, level));
        }
        return out.toString();
    }
}
