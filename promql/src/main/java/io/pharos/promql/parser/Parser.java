package io.pharos.promql.parser;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.DurationExpr;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.ast.TimeModifier;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.ast.VectorMatching;
import io.pharos.promql.ast.VectorMatching.Cardinality;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.function.Functions;
import io.pharos.promql.parser.Lexer.Kind;
import io.pharos.promql.parser.Lexer.Token;
import io.pharos.timeseries.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A precedence climbing parser for the whole language, in linear time and with bounded depth. Whether the types fit is checked
 * by {@link TypeCheck} as each node is made.
 */
public final class Parser {
    /** A query nests at most this deep. */
    static final int DEPTH_MAX = 200;

    /** At most this many operators or modifiers follow each other on one level. */
    static final int CHAIN_MAX = 500;

    private final TokenStream in;
    private final TypeCheck check;
    private final SelectorParser selectors;
    private final DurationParser durations;
    private int depth;
    private boolean labelsOnly;

    private Parser(String text) {
        in = new TokenStream(text);
        check = new TypeCheck(in);
        selectors = new SelectorParser(in);
        durations = new DurationParser(in);
    }

    /**
     * Parses a query and checks its types.
     *
     * @throws ParseException when it is none
     */
    public static Expr parse(String text) {
        Parser parser = new Parser(text);
        if (parser.in.peek().kind() == Kind.END) {
            throw parser.in.error(parser.in.peek(), "no expression found in input");
        }
        Expr expr = parser.binary(1);
        Token rest = parser.in.peek();
        if (rest.kind() != Kind.END) {
            throw parser.in.unexpected(rest, "");
        }
        return expr;
    }

    /**
     * Parses a selector alone, such as one of {@code match[]}.
     *
     * @throws ParseException when it is none
     */
    public static List<LabelMatcher> parseSelector(String text) {
        Expr expr = parse(text);
        if (expr instanceof Expr.VectorSelector selector
                && selector.time().equals(TimeModifier.NONE)
                && selector.extension() == Expr.Extension.NONE) {
            return selector.matchers();
        }
        throw new ParseException(text, expr.span(), "expected a vector selector");
    }

    private Expr binary(int precedenceMin) {
        if (++depth > DEPTH_MAX) {
            throw in.error(in.peek(), "expression nests deeper than " + DEPTH_MAX);
        }
        Expr left = unary();
        int chain = 0;
        while (true) {
            Token token = in.peek();
            BinaryOperator operator = operator(token);
            if (operator == null || operator.precedence() < precedenceMin) {
                depth--;
                return left;
            }
            if (++chain > CHAIN_MAX) {
                throw in.error(token, "more than " + CHAIN_MAX + " operators in a row");
            }
            in.next();
            boolean returnBool = in.acceptWord("bool");
            Matching matching = matching(operator);
            Expr right = binary(operator.isRightAssociative() ? operator.precedence() : operator.precedence() + 1);
            left = check.binary(operator, token, left, right, returnBool, matching.value(), matching.written());
        }
    }

    private static @Nullable BinaryOperator operator(Token token) {
        if (token.kind() == Kind.WORD) {
            return switch (token.text().toLowerCase(Locale.ROOT)) {
                case "and" -> BinaryOperator.AND;
                case "or" -> BinaryOperator.OR;
                case "unless" -> BinaryOperator.UNLESS;
                case "atan2" -> BinaryOperator.ATAN2;
                default -> null;
            };
        }
        if (token.kind() != Kind.SYMBOL) {
            return null;
        }
        return switch (token.text()) {
            case "^" -> BinaryOperator.POW;
            case "*" -> BinaryOperator.MUL;
            case "/" -> BinaryOperator.DIV;
            case "%" -> BinaryOperator.MOD;
            case "+" -> BinaryOperator.ADD;
            case "-" -> BinaryOperator.SUB;
            case "==" -> BinaryOperator.EQL;
            case "!=" -> BinaryOperator.NEQ;
            case "<=" -> BinaryOperator.LTE;
            case "<" -> BinaryOperator.LSS;
            case ">=" -> BinaryOperator.GTE;
            case ">" -> BinaryOperator.GTR;
            case "</" -> BinaryOperator.TRIM_UPPER;
            case ">/" -> BinaryOperator.TRIM_LOWER;
            default -> null;
        };
    }

    /** How series meet, and the first token that said so, or null. */
    private record Matching(VectorMatching value, @Nullable Token written) {}

    private Matching matching(BinaryOperator operator) {
        Token first = in.peek();
        boolean on = false;
        List<String> labels = List.of();
        boolean written = false;
        if ((first.isWord("on") || first.isWord("ignoring")) && in.peek(1).is("(")) {
            in.next();
            on = first.isWord("on");
            labels = names();
            written = true;
        }
        Cardinality cardinality = operator.isSet() ? Cardinality.MANY_TO_MANY : Cardinality.ONE_TO_ONE;
        List<String> include = List.of();
        Token group = in.peek();
        if (written && (group.isWord("group_left") || group.isWord("group_right"))) {
            in.next();
            cardinality = group.isWord("group_left") ? Cardinality.MANY_TO_ONE : Cardinality.ONE_TO_MANY;
            if (in.peek().is("(")) {
                include = names();
            }
        }
        Double fillLeft = null;
        Double fillRight = null;
        Token fill = in.peek();
        while (isFill(fill) && in.peek(1).is("(")) {
            in.next();
            in.expect("(", "fill modifier");
            double value = signedNumber();
            in.expect(")", "fill modifier");
            if (operator.isSet()) {
                throw in.error(fill, "filling in missing series not allowed for set operators");
            }
            fillLeft = fill.isWord("fill_right") ? fillLeft : (Double) value;
            fillRight = fill.isWord("fill_left") ? fillRight : (Double) value;
            written = true;
            fill = in.peek();
        }
        return new Matching(
                new VectorMatching(cardinality, on, labels, include, fillLeft, fillRight), written ? first : null);
    }

    private static boolean isFill(Token token) {
        return token.isWord("fill") || token.isWord("fill_left") || token.isWord("fill_right");
    }

    private double signedNumber() {
        boolean negative = in.accept("-");
        if (!negative) {
            in.accept("+");
        }
        Token token = in.next();
        Double value = Numbers.number(in, token);
        if (value == null) {
            throw in.unexpected(token, "in fill modifier, expected number");
        }
        return negative ? -value : value;
    }

    private Expr unary() {
        Token token = in.peek();
        if (token.is("+") || token.is("-")) {
            in.next();
            if (++depth > DEPTH_MAX) {
                throw in.error(token, "expression nests deeper than " + DEPTH_MAX);
            }
            // A sign has the level of multiplication: the power binds tighter.
            Expr operand = binary(BinaryOperator.POW.precedence());
            depth--;
            check.unary(token, operand);
            Span span = token.span().to(operand.span());
            if (operand instanceof Expr.NumberLiteral number) {
                return new Expr.NumberLiteral(token.is("-") ? -number.value() : number.value(), span);
            }
            return new Expr.Unary(token.is("-"), operand, span);
        }
        return postfix(primary());
    }

    private Expr primary() {
        Token token = in.next();
        switch (token.kind()) {
            case NUMBER, DURATION -> {
                return new Expr.NumberLiteral(Numbers.required(in, token), token.span());
            }
            case STRING -> {
                return new Expr.StringLiteral(token.text(), token.span());
            }
            case WORD -> {
                return word(token);
            }
            case SYMBOL -> {
                if (token.is("(")) {
                    Expr inner = binary(1);
                    Token close = in.next();
                    if (!close.is(")")) {
                        throw close.kind() == Kind.END
                                ? in.error(close, "unclosed left parenthesis")
                                : in.unexpected(close, "");
                    }
                    return new Expr.Paren(inner, token.span().to(close.span()));
                }
                if (token.is("{")) {
                    return selectors.selector(null, token);
                }
            }
            case ERROR, END -> {}
        }
        throw in.unexpected(token, "");
    }

    private Expr word(Token token) {
        Token after = in.peek();
        AggregateOperator aggregate = AggregateOperator.of(token.text());
        if (aggregate != null
                && (after.is("(")
                        || (after.isWord("by") || after.isWord("without"))
                                && in.peek(1).is("("))) {
            return aggregation(aggregate, token);
        }
        if (after.is("(") && Words.isKeyword(token.text())) {
            throw in.unexpected(token, "");
        }
        if (after.is("(")) {
            return call(token);
        }
        Double number = Numbers.word(token);
        if (number != null) {
            return new Expr.NumberLiteral(number, token.span());
        }
        if (after.is("{")) {
            return selectors.selector(token, in.next());
        }
        return selectors.named(token);
    }

    private Expr aggregation(AggregateOperator operator, Token name) {
        Grouping grouping = grouping(null);
        List<Expr> arguments = arguments(name);
        grouping = grouping(grouping);
        Span span = new Span(name.span().start(), in.lastEnd());
        int expected = operator.parameter() == null ? 1 : 2;
        if (arguments.isEmpty()) {
            throw new ParseException(in.text(), span, "no arguments for aggregate expression provided");
        }
        if (arguments.size() != expected) {
            throw new ParseException(
                    in.text(),
                    span,
                    "wrong number of arguments for aggregate expression provided, expected " + expected + ", got "
                            + arguments.size());
        }
        Expr operand = arguments.get(expected - 1);
        Expr parameter = expected == 2 ? arguments.get(0) : null;
        check.expect(operand, ValueType.VECTOR, "aggregation expression");
        ValueType parameterType = operator.parameter();
        if (parameter != null && parameterType != null) {
            check.expect(parameter, parameterType, "aggregation parameter");
        }
        boolean without = grouping != null && grouping.without();
        return new Expr.Aggregation(
                operator, without, grouping == null ? List.of() : grouping.labels(), parameter, operand, span);
    }

    private record Grouping(boolean without, List<String> labels) {}

    private @Nullable Grouping grouping(@Nullable Grouping before) {
        Token token = in.peek();
        if (!token.isWord("by") && !token.isWord("without") || !in.peek(1).is("(")) {
            return before;
        }
        if (before != null) {
            throw in.unexpected(token, "");
        }
        in.next();
        return new Grouping(token.isWord("without"), names());
    }

    private List<String> names() {
        in.expect("(", "grouping opts");
        List<String> names = new ArrayList<>();
        while (!in.peek().is(")")) {
            Token token = in.next();
            if (token.kind() != Kind.WORD && token.kind() != Kind.STRING) {
                throw in.unexpected(token, "in grouping opts, expected label");
            }
            if (token.text().isEmpty()) {
                throw in.error(token, "invalid label name for grouping: \"\"");
            }
            names.add(token.text());
            if (!in.accept(",") && !in.peek().is(")")) {
                throw in.unexpected(in.peek(), "in grouping opts, expected \",\" or \")\"");
            }
        }
        in.next();
        return List.copyOf(names);
    }

    private Expr call(Token name) {
        FunctionDefinition function = Functions.find(name.text());
        if (function == null) {
            throw in.error(name, "unknown function with name \"" + name.text() + "\"");
        }
        labelsOnly = function.name().equals("info");
        List<Expr> arguments = arguments(name);
        Span span = new Span(name.span().start(), in.lastEnd());
        check.call(function, arguments, span);
        return new Expr.Call(function.name(), List.copyOf(arguments), function.result(), span);
    }

    private List<Expr> arguments(Token name) {
        in.expect("(", "call to \"" + name.text() + "\"");
        boolean secondIsLabels = labelsOnly;
        labelsOnly = false;
        List<Expr> arguments = new ArrayList<>();
        if (in.accept(")")) {
            return arguments;
        }
        while (true) {
            arguments.add(secondIsLabels && arguments.size() == 1 ? onlyLabels() : binary(1));
            Token token = in.next();
            if (token.is(")")) {
                return arguments;
            }
            if (!token.is(",")) {
                throw token.kind() == Kind.END
                        ? in.error(token, "unclosed left parenthesis")
                        : in.unexpected(token, "in aggregation");
            }
            if (in.peek().is(")")) {
                throw in.error(in.peek(), "trailing commas not allowed in function call args");
            }
        }
    }

    /** The matchers of info(): braces and nothing else. */
    private Expr onlyLabels() {
        Token open = in.next();
        if (!open.is("{")) {
            throw in.unexpected(open, "in label selectors, expected \"{\"");
        }
        return selectors.labels(open);
    }

    private Expr postfix(Expr start) {
        Expr expr = start;
        for (int chain = 0; ; chain++) {
            Token token = in.peek();
            if (chain > DEPTH_MAX) {
                throw in.error(token, "more than " + DEPTH_MAX + " modifiers in a row");
            }
            if (token.is("[")) {
                in.next();
                expr = range(expr, token);
            } else if (token.isWord("offset")) {
                in.next();
                DurationExpr offset = durations.offset();
                expr = check.withOffset(expr, offset, in.lastEnd());
            } else if (token.is("@")) {
                in.next();
                expr = at(expr);
            } else if (token.isWord("anchored") || token.isWord("smoothed")) {
                in.next();
                expr = check.extended(expr, token);
            } else {
                return expr;
            }
        }
    }

    private Expr range(Expr expr, Token open) {
        DurationExpr range = durations.inBrackets();
        DurationExpr step = null;
        boolean subquery = in.accept(":");
        if (subquery && !in.peek().is("]")) {
            step = durations.inBrackets();
        }
        Token close = in.next();
        if (!close.is("]")) {
            throw in.unexpected(
                    close,
                    subquery ? "in subquery selector" : "in subquery or range selector, expected \":\" or \"]\"");
        }
        Span span = expr.span().to(close.span());
        if (subquery) {
            if (expr.type() != ValueType.VECTOR && expr.type() != ValueType.SCALAR) {
                throw new ParseException(
                        in.text(),
                        expr.span(),
                        "subquery is only allowed on instant vector, got "
                                + expr.type().text() + " instead");
            }
            check.expect(expr, ValueType.VECTOR, "subquery");
            return new Expr.Subquery(expr, range, step, TimeModifier.NONE, span);
        }
        if (!(expr instanceof Expr.VectorSelector selector)) {
            throw in.error(open, "ranges only allowed for vector selectors");
        }
        if (selector.time().offset() != null) {
            throw in.error(open, "no offset modifiers allowed before range");
        }
        if (selector.time().isFixed()) {
            throw in.error(open, "no @ modifiers allowed before range");
        }
        return new Expr.MatrixSelector(selector, range, span);
    }

    private Expr at(Expr expr) {
        Token value = in.peek();
        if ((value.isWord("start") || value.isWord("end")) && in.peek(1).is("(")) {
            in.next();
            in.next();
            in.expect(")", "@ modifier preprocessor");
            TimeModifier.Edge edge = value.isWord("start") ? TimeModifier.Edge.START : TimeModifier.Edge.END;
            return check.withAt(expr, null, edge, in.lastEnd());
        }
        boolean negative = in.accept("-");
        if (!negative) {
            in.accept("+");
        }
        Token number = in.next();
        Double seconds = Numbers.number(in, number);
        if (seconds == null) {
            throw in.unexpected(number, "in @, expected timestamp");
        }
        if (Double.isNaN(seconds) || Double.isInfinite(seconds) || Math.abs(seconds) > 9.2e15) {
            throw in.error(number, "timestamp out of bounds for @ modifier: " + number.text());
        }
        long millis = Math.round((negative ? -seconds : seconds) * 1000);
        return check.withAt(expr, millis, null, in.lastEnd());
    }
}
