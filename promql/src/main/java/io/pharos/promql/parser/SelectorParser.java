package io.pharos.promql.parser;

import com.google.re2j.PatternSyntaxException;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.ast.TimeModifier;
import io.pharos.promql.parser.Lexer.Kind;
import io.pharos.promql.parser.Lexer.Token;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses what selects series: a name, braces with matchers, or both. */
final class SelectorParser {
    private final TokenStream in;

    SelectorParser(TokenStream in) {
        this.in = in;
    }

    /** A name alone. */
    Expr.VectorSelector named(Token name) {
        return new Expr.VectorSelector(
                name.text(),
                List.of(LabelMatcher.equal(Labels.METRIC_NAME, name.text())),
                TimeModifier.NONE,
                Expr.Extension.NONE,
                name.span());
    }

    /** What follows an open brace; the name before it may be missing. */
    Expr.VectorSelector selector(@Nullable Token before, Token open) {
        return selector(before, open, false);
    }

    /** What follows the open brace of matchers that need not select anything by themselves. */
    Expr.VectorSelector labels(Token open) {
        return selector(null, open, true);
    }

    private Expr.VectorSelector selector(@Nullable Token before, Token open, boolean labelsOnly) {
        String name = before == null ? null : before.text();
        List<LabelMatcher> matchers = new ArrayList<>();
        if (name != null) {
            matchers.add(LabelMatcher.equal(Labels.METRIC_NAME, name));
        }
        while (!in.peek().is("}")) {
            Token label = in.next();
            if (label.kind() != Kind.WORD && label.kind() != Kind.STRING) {
                throw in.unexpected(label, "in label matching, expected identifier or \"}\"");
            }
            Token after = in.peek();
            if (label.kind() == Kind.STRING && (after.is(",") || after.is("}"))) {
                if (name != null) {
                    throw in.error(
                            label, "metric name must not be set twice: \"" + name + "\" or \"" + label.text() + "\"");
                }
                name = label.text();
                matchers.add(LabelMatcher.equal(Labels.METRIC_NAME, name));
            } else {
                matchers.add(matcher(label));
            }
            if (!in.accept(",") && !in.peek().is("}")) {
                throw in.unexpected(in.peek(), "in label matching, expected \",\" or \"}\"");
            }
        }
        Token close = in.next();
        Span span = (before == null ? open : before).span().to(close.span());
        if (before != null) {
            for (int i = 1; i < matchers.size(); i++) {
                LabelMatcher matcher = matchers.get(i);
                if (matcher.name().equals(Labels.METRIC_NAME)) {
                    throw new ParseException(
                            in.text(),
                            span,
                            "metric name must not be set twice: \"" + name + "\" or \"" + matcher.value() + "\"");
                }
            }
        }
        boolean bounded = labelsOnly;
        for (LabelMatcher matcher : matchers) {
            bounded |= !matcher.matchesEmpty();
        }
        if (!bounded) {
            throw new ParseException(in.text(), span, "vector selector must contain at least one non-empty matcher");
        }
        return new Expr.VectorSelector(name, List.copyOf(matchers), TimeModifier.NONE, Expr.Extension.NONE, span);
    }

    private LabelMatcher matcher(Token label) {
        Token operator = in.next();
        LabelMatcher.Type type = operator.kind() != Kind.SYMBOL
                ? null
                : switch (operator.text()) {
                    case "=" -> LabelMatcher.Type.EQUAL;
                    case "!=" -> LabelMatcher.Type.NOT_EQUAL;
                    case "=~" -> LabelMatcher.Type.REGEX;
                    case "!~" -> LabelMatcher.Type.NOT_REGEX;
                    default -> null;
                };
        if (type == null) {
            throw in.unexpected(operator, "in label matching, expected label matching operator");
        }
        Token value = in.next();
        if (value.kind() != Kind.STRING) {
            throw in.unexpected(value, "in label matching, expected string");
        }
        try {
            return LabelMatcher.of(type, label.text(), value.text());
        } catch (PatternSyntaxException wrong) {
            // The message shows the expression anchored; users wrote it without.
            String reason = String.valueOf(wrong.getMessage())
                    .replace("`^(?s:" + value.text() + ")$`", "`" + value.text() + "`");
            throw in.error(label, reason);
        }
    }
}
