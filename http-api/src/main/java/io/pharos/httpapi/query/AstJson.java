package io.pharos.httpapi.query;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.promql.ast.DurationExpr;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Printer;
import io.pharos.promql.ast.TimeModifier;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.ast.VectorMatching;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.function.Functions;
import io.pharos.timeseries.labels.LabelMatcher;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tree of a query as Prometheus' page reads it. */
final class AstJson {
    private final JsonGenerator out;

    private AstJson(JsonGenerator out) {
        this.out = out;
    }

    static void write(JsonGenerator out, Expr expr) throws IOException {
        new AstJson(out).node(expr);
    }

    private void node(Expr expr) throws IOException {
        out.writeStartObject();
        if (expr instanceof Expr.NumberLiteral number) {
            type("numberLiteral");
            out.writeStringField("val", Printer.number(number.value()));
        } else if (expr instanceof Expr.StringLiteral text) {
            type("stringLiteral");
            out.writeStringField("val", text.value());
        } else if (expr instanceof Expr.Paren paren) {
            type("parenExpr");
            child("expr", paren.inner());
        } else if (expr instanceof Expr.Unary unary) {
            type("unaryExpr");
            out.writeStringField("op", unary.negative() ? "-" : "+");
            child("expr", unary.operand());
        } else if (expr instanceof Expr.Binary binary) {
            binary(binary);
        } else if (expr instanceof Expr.Call call) {
            call(call);
        } else if (expr instanceof Expr.Aggregation aggregation) {
            type("aggregation");
            out.writeStringField("op", aggregation.operator().symbol());
            child("expr", aggregation.operand());
            child("param", aggregation.parameter());
            strings("grouping", aggregation.labels());
            out.writeBooleanField("without", aggregation.without());
        } else if (expr instanceof Expr.VectorSelector selector) {
            type("vectorSelector");
            selector(selector);
        } else if (expr instanceof Expr.MatrixSelector matrix) {
            type("matrixSelector");
            duration("range", matrix.range());
            selector(matrix.selector());
        } else if (expr instanceof Expr.Subquery subquery) {
            type("subquery");
            child("expr", subquery.inner());
            duration("range", subquery.range());
            duration("step", subquery.step());
            time(subquery.time());
        }
        out.writeEndObject();
    }

    private void type(String type) throws IOException {
        out.writeStringField("type", type);
    }

    private void child(String name, @Nullable Expr expr) throws IOException {
        out.writeFieldName(name);
        if (expr == null) {
            out.writeNull();
        } else {
            node(expr);
        }
    }

    private void strings(String name, List<String> strings) throws IOException {
        out.writeArrayFieldStart(name);
        for (String string : strings) {
            out.writeString(string);
        }
        out.writeEndArray();
    }

    private void binary(Expr.Binary binary) throws IOException {
        type("binaryExpr");
        out.writeStringField("op", binary.operator().symbol());
        child("lhs", binary.left());
        child("rhs", binary.right());
        out.writeFieldName("matching");
        boolean vectors =
                binary.left().type() == ValueType.VECTOR && binary.right().type() == ValueType.VECTOR;
        if (!vectors) {
            out.writeNull();
        } else {
            VectorMatching matching = binary.matching();
            out.writeStartObject();
            out.writeStringField(
                    "card",
                    matching.cardinality().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            strings("labels", matching.labels());
            out.writeBooleanField("on", matching.on());
            strings("include", matching.include());
            number("fillLeft", matching.fillLeft());
            number("fillRight", matching.fillRight());
            out.writeEndObject();
        }
        out.writeBooleanField("bool", binary.returnBool());
    }

    private void number(String name, @Nullable Double value) throws IOException {
        if (value != null) {
            out.writeStringField(name, Printer.number(value));
        }
    }

    private void call(Expr.Call call) throws IOException {
        type("call");
        out.writeObjectFieldStart("func");
        out.writeStringField("name", call.function());
        FunctionDefinition function = Functions.find(call.function());
        out.writeArrayFieldStart("argTypes");
        if (function != null) {
            for (ValueType argument : function.arguments()) {
                out.writeString(name(argument));
            }
        }
        out.writeEndArray();
        int variadic = function == null ? 0 : function.optional();
        out.writeNumberField("variadic", variadic);
        out.writeStringField("returnType", name(call.type()));
        out.writeEndObject();
        out.writeArrayFieldStart("args");
        for (Expr argument : call.arguments()) {
            node(argument);
        }
        out.writeEndArray();
    }

    private static String name(ValueType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private void selector(Expr.VectorSelector selector) throws IOException {
        out.writeStringField("name", selector.name() == null ? "" : selector.name());
        out.writeArrayFieldStart("matchers");
        for (LabelMatcher matcher : selector.matchers()) {
            out.writeStartObject();
            out.writeStringField("name", matcher.name());
            out.writeStringField("value", matcher.value());
            out.writeStringField("type", matcher.type().symbol());
            out.writeEndObject();
        }
        out.writeEndArray();
        time(selector.time());
        out.writeBooleanField("anchored", selector.extension() == Expr.Extension.ANCHORED);
        out.writeBooleanField("smoothed", selector.extension() == Expr.Extension.SMOOTHED);
    }

    private void time(TimeModifier time) throws IOException {
        duration("offset", time.offset());
        out.writeFieldName("timestamp");
        if (time.atMillis() == null) {
            out.writeNull();
        } else {
            out.writeNumber(time.atMillis());
        }
        out.writeFieldName("startOrEnd");
        if (time.atEdge() == null) {
            out.writeNull();
        } else {
            out.writeString(time.atEdge().name().toLowerCase(Locale.ROOT));
        }
    }

    /** A duration in milliseconds; one that the query's step or range decides is 0, with its text beside it. */
    private void duration(String name, @Nullable DurationExpr duration) throws IOException {
        boolean constant = duration == null || duration.isConstant();
        out.writeNumberField(name, duration != null && constant ? duration.millis(0, 0) : 0);
        if (duration != null && !constant) {
            out.writeStringField(name + "Expr", duration.text());
        }
    }
}
