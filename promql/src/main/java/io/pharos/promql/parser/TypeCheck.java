package io.pharos.promql.parser;

import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.DurationExpr;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.ast.TimeModifier;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.ast.VectorMatching;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.parser.Lexer.Token;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says whether the parts of a node fit together, in the words of Prometheus. */
final class TypeCheck {
    private static final Set<String> ANCHORABLE = Set.of("changes", "delta", "increase", "rate", "resets");
    private static final Set<String> SMOOTHABLE = Set.of("delta", "increase", "rate");

    private final TokenStream in;

    TypeCheck(TokenStream in) {
        this.in = in;
    }

    private ParseException error(Span span, String reason) {
        return new ParseException(in.text(), span, reason);
    }

    void expect(Expr expr, ValueType wanted, String context) {
        if (expr.type() != wanted) {
            throw error(
                    expr.span(),
                    "expected type " + wanted.text() + " in " + context + ", got "
                            + expr.type().text());
        }
    }

    void unary(Token sign, Expr operand) {
        if (operand.type() != ValueType.SCALAR && operand.type() != ValueType.VECTOR) {
            throw error(
                    sign.span().to(operand.span()),
                    "unary expression only allowed on expressions of type scalar or instant vector, got \""
                            + operand.type().text() + "\"");
        }
    }

    Expr binary(
            BinaryOperator operator,
            Token token,
            Expr left,
            Expr right,
            boolean returnBool,
            VectorMatching matching,
            @Nullable Token matchingWritten) {
        Span span = left.span().to(right.span());
        boolean scalars = left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR;
        boolean vectors = left.type() == ValueType.VECTOR && right.type() == ValueType.VECTOR;
        if (!isOperand(left) || !isOperand(right)) {
            throw error(
                    (isOperand(left) ? right : left).span(),
                    "binary expression must contain only scalar and instant vector types");
        }
        if (returnBool && !operator.isComparison()) {
            throw error(token.span(), "bool modifier can only be used on comparison operators");
        }
        if (scalars && operator.isComparison() && !returnBool) {
            throw error(token.span(), "comparisons between scalars must use BOOL modifier");
        }
        for (String name : matching.include()) {
            if (matching.on() && matching.labels().contains(name)) {
                throw error(token.span(), "label \"" + name + "\" must not occur in ON and GROUP clause at once");
            }
        }
        if (operator.isSet() && vectors && matching.cardinality() != VectorMatching.Cardinality.MANY_TO_MANY) {
            throw error(span, "no grouping allowed for \"" + operator.symbol() + "\" operation");
        }
        if (operator.isSet() && !vectors) {
            throw error(span, "set operator \"" + operator.symbol() + "\" not allowed in binary scalar expression");
        }
        if (matchingWritten != null && !vectors) {
            throw error(
                    span,
                    matching.fillLeft() != null || matching.fillRight() != null
                            ? "filling in missing series only allowed between instant vectors"
                            : "vector matching only allowed between instant vectors");
        }
        return new Expr.Binary(operator, left, right, returnBool, matching, span);
    }

    private static boolean isOperand(Expr expr) {
        return expr.type() == ValueType.SCALAR || expr.type() == ValueType.VECTOR;
    }

    void call(FunctionDefinition function, List<Expr> arguments, Span span) {
        int count = arguments.size();
        String call = " argument(s) in call to \"" + function.name() + "\", got " + count;
        if (function.optional() == 0 && count != function.arguments().size()) {
            throw error(span, "expected " + function.arguments().size() + call);
        }
        if (count < function.argumentsMin()) {
            throw error(span, "expected at least " + function.argumentsMin() + call);
        }
        if (count > function.argumentsMax()) {
            throw error(span, "expected at most " + function.argumentsMax() + call);
        }
        for (int i = 0; i < count; i++) {
            Expr argument = arguments.get(i);
            expect(argument, function.argument(i), "call to function \"" + function.name() + "\"");
            if (argument.unwrapped() instanceof Expr.MatrixSelector matrix) {
                extension(matrix.selector().extension(), function.name(), argument.span());
            }
        }
    }

    private void extension(Expr.Extension extension, String function, Span span) {
        if (extension == Expr.Extension.ANCHORED && !ANCHORABLE.contains(function)) {
            throw error(span, refused("anchored", ANCHORABLE, function));
        }
        if (extension == Expr.Extension.SMOOTHED && !SMOOTHABLE.contains(function)) {
            throw error(span, refused("smoothed", SMOOTHABLE, function));
        }
    }

    private static String refused(String word, Set<String> allowed, String function) {
        return word + " modifier can only be used with: " + String.join(", ", new TreeSet<>(allowed)) + " - not with "
                + function;
    }

    Expr withOffset(Expr expr, DurationExpr offset, int end) {
        TimeModifier old = timeOf(
                expr,
                "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery");
        if (old.offset() != null) {
            throw error(expr.span(), "offset may not be set multiple times");
        }
        return withTime(expr, new TimeModifier(offset, old.atMillis(), old.atEdge()), end);
    }

    Expr withAt(Expr expr, @Nullable Long millis, TimeModifier.@Nullable Edge edge, int end) {
        TimeModifier old = timeOf(
                expr,
                "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery");
        if (old.isFixed()) {
            throw error(expr.span(), "@ <timestamp> may not be set multiple times");
        }
        return withTime(expr, new TimeModifier(old.offset(), millis, edge), end);
    }

    Expr extended(Expr expr, Token token) {
        Expr.Extension extension = token.isWord("anchored") ? Expr.Extension.ANCHORED : Expr.Extension.SMOOTHED;
        Expr.VectorSelector selector = expr instanceof Expr.MatrixSelector matrix
                ? matrix.selector()
                : expr instanceof Expr.VectorSelector vector ? vector : null;
        if (selector == null) {
            throw error(
                    token.span(),
                    token.text() + " modifier must be preceded by an instant vector selector or range vector selector");
        }
        if (selector.extension() != Expr.Extension.NONE) {
            throw error(token.span(), "anchored and smoothed modifiers cannot be used together or repeated");
        }
        Expr.VectorSelector changed = new Expr.VectorSelector(
                selector.name(), selector.matchers(), selector.time(), extension, selector.span());
        if (expr instanceof Expr.MatrixSelector matrix) {
            return new Expr.MatrixSelector(
                    changed, matrix.range(), matrix.span().to(token.span()));
        }
        if (extension == Expr.Extension.ANCHORED) {
            throw error(token.span(), "anchored modifier can only be used with range vector selectors");
        }
        return new Expr.VectorSelector(
                changed.name(),
                changed.matchers(),
                changed.time(),
                extension,
                changed.span().to(token.span()));
    }

    private TimeModifier timeOf(Expr expr, String refusal) {
        if (expr instanceof Expr.VectorSelector selector) {
            return selector.time();
        }
        if (expr instanceof Expr.MatrixSelector matrix) {
            return matrix.selector().time();
        }
        if (expr instanceof Expr.Subquery subquery) {
            return subquery.time();
        }
        throw error(expr.span(), refusal);
    }

    private static Expr withTime(Expr expr, TimeModifier time, int end) {
        Span span = new Span(expr.span().start(), end);
        if (expr instanceof Expr.VectorSelector selector) {
            return new Expr.VectorSelector(selector.name(), selector.matchers(), time, selector.extension(), span);
        }
        if (expr instanceof Expr.MatrixSelector matrix) {
            Expr.VectorSelector inner = matrix.selector();
            return new Expr.MatrixSelector(
                    new Expr.VectorSelector(inner.name(), inner.matchers(), time, inner.extension(), inner.span()),
                    matrix.range(),
                    span);
        }
        Expr.Subquery subquery = (Expr.Subquery) expr;
        return new Expr.Subquery(subquery.inner(), subquery.range(), subquery.step(), time, span);
    }
}
