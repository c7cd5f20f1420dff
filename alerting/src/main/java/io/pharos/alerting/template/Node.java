package io.pharos.alerting.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a parsed template. */
sealed interface Node {
    /** Text that is written as it is. */
    record Text(String text) implements Node {}

    /** A pipeline whose value is written, unless it only sets a variable. */
    record Action(Pipeline pipeline, int line) implements Node {}

    /** One of two bodies. */
    record If(Pipeline condition, List<Node> then, List<Node> otherwise, int line) implements Node {}

    /** A body for each element; the other one where there is none. */
    record Range(Pipeline over, List<Node> body, List<Node> otherwise, int line) implements Node {}

    /** A body with another dot; the other one where the value is empty. */
    record With(Pipeline value, List<Node> body, List<Node> otherwise, int line) implements Node {}

    /** Another template, with a dot of its own. */
    record Call(String name, @Nullable Pipeline data, int line) implements Node {}

    /** Leaves the innermost range. */
    record Break() implements Node {}

    /** Goes on with the next element of the innermost range. */
    record Continue() implements Node {}

    /**
     * Commands whose value is the last argument of the next.
     *
     * @param variables set to the value (a range sets two: index and element)
     * @param declares whether the variables are new
     */
    record Pipeline(List<String> variables, boolean declares, List<Command> commands) {}

    /** A function with its arguments, or one operand. */
    record Command(List<Operand> operands) {}

    /** Something that has a value. */
    sealed interface Operand {
        /** The dot, followed by fields. */
        record Dot(List<String> fields) implements Operand {}

        /** A variable, followed by fields. */
        record Variable(String name, List<String> fields) implements Operand {}

        /** A text, number or boolean as written. */
        record Literal(Object value) implements Operand {}

        /** The absence of a value. */
        record Nil() implements Operand {}

        /** A function by name. */
        record Function(String name) implements Operand {}

        /** A pipeline in parentheses, followed by fields. */
        record Nested(Pipeline pipeline, List<String> fields) implements Operand {}
    }
}
