package io.pharos.promql.parser;

import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.DurationExpr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.parser.Lexer.Kind;
import io.pharos.promql.parser.Lexer.Token;
import org.jspecify.annotations.Nullable;

/** Parses durations in brackets and after {@code offset}: literals, numbers of seconds and arithmetic over them. */
final class DurationParser {
    private final TokenStream in;
    private int depth;
    private String context = "";

    DurationParser(TokenStream in) {
        this.in = in;
    }

    /** A range or a step, which have to be positive where that is known. */
    DurationExpr inBrackets() {
        context = "in subquery or range selector, expected number, duration, step(), or range()";
        Token first = in.peek();
        DurationExpr duration = simplified(expression(4), first);
        if (duration.isConstant() && duration.millis(0, 0) <= 0) {
            throw in.error(first, "duration must be greater than 0");
        }
        return duration;
    }

    /** An offset: a signed literal, a function or an expression in parentheses; operators after it belong to the query. */
    DurationExpr offset() {
        context = "in offset, expected number, duration, step(), or range()";
        Token first = in.peek();
        return simplified(signed(), first);
    }

    private DurationExpr simplified(DurationExpr duration, Token first) {
        if (!duration.isConstant()) {
            return duration;
        }
        double seconds = duration.seconds(0, 0);
        if (Double.isNaN(seconds) || Math.abs(seconds) > 9.2e9) {
            throw new ParseException(in.text(), new Span(first.span().start(), in.lastEnd()), "duration out of range");
        }
        return DurationExpr.ofMillis(duration.millis(0, 0));
    }

    private DurationExpr expression(int precedenceMin) {
        if (++depth > Parser.DEPTH_MAX) {
            throw in.error(in.peek(), "duration nests deeper than " + Parser.DEPTH_MAX);
        }
        DurationExpr left = signed();
        int chain = 0;
        while (true) {
            Token token = in.peek();
            BinaryOperator operator = operator(token);
            if (operator == null || operator.precedence() < precedenceMin) {
                depth--;
                return left;
            }
            if (++chain > Parser.CHAIN_MAX) {
                throw in.error(token, "more than " + Parser.CHAIN_MAX + " operators in a row");
            }
            in.next();
            DurationExpr right =
                    expression(operator.isRightAssociative() ? operator.precedence() : operator.precedence() + 1);
            if (operator == BinaryOperator.DIV || operator == BinaryOperator.MOD) {
                if (right.isConstant() && right.seconds(0, 0) == 0) {
                    throw in.error(token, operator == BinaryOperator.DIV ? "division by zero" : "modulo by zero");
                }
            }
            left = new DurationExpr.Operation(operator, left, right);
        }
    }

    private static @Nullable BinaryOperator operator(Token token) {
        if (token.kind() != Kind.SYMBOL) {
            return null;
        }
        return switch (token.text()) {
            case "+" -> BinaryOperator.ADD;
            case "-" -> BinaryOperator.SUB;
            case "*" -> BinaryOperator.MUL;
            case "/" -> BinaryOperator.DIV;
            case "%" -> BinaryOperator.MOD;
            case "^" -> BinaryOperator.POW;
            default -> null;
        };
    }

    private DurationExpr signed() {
        boolean negative = false;
        while (in.peek().is("-") || in.peek().is("+")) {
            negative ^= in.next().is("-");
        }
        DurationExpr value = primary();
        return negative ? new DurationExpr.Negative(value) : value;
    }

    private DurationExpr primary() {
        Token token = in.next();
        if (token.kind() == Kind.DURATION) {
            return DurationExpr.ofMillis(Numbers.durationMillis(in, token));
        }
        if (token.kind() == Kind.NUMBER) {
            return new DurationExpr.Seconds(Numbers.required(in, token));
        }
        if (token.is("(")) {
            DurationExpr inner = expression(4);
            in.expect(")", "duration expression");
            return inner;
        }
        if (token.kind() == Kind.WORD && in.peek().is("(")) {
            return function(token);
        }
        throw in.unexpected(token, context);
    }

    private DurationExpr function(Token name) {
        in.next();
        DurationExpr result;
        if (name.isWord("step")) {
            result = new DurationExpr.Step();
        } else if (name.isWord("range")) {
            result = new DurationExpr.Range();
        } else if (name.isWord("min_of") || name.isWord("max_of")) {
            DurationExpr left = expression(4);
            in.expect(",", "duration expression");
            result = new DurationExpr.Choice(name.isWord("max_of"), left, expression(4));
        } else {
            throw in.unexpected(name, context);
        }
        in.expect(")", "duration expression");
        return result;
    }
}
