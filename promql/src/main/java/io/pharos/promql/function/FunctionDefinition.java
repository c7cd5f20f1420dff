package io.pharos.promql.function;

import io.pharos.promql.ast.ValueType;
import java.util.List;

/**
 * A function as the language knows it.
 *
 * @param arguments the types of all named arguments
 * @param optional how many of the last arguments may be missing; {@link #REPEATED} lets the last be there any number of times
 * @param result what it evaluates to
 * @param implementation how it is computed
 * @param rule the rule of the language it follows, in a sentence without a full stop
 * @param experimental whether it may still change, and is known only where experimental functions are switched on
 */
public record FunctionDefinition(
        String name,
        List<ValueType> arguments,
        int optional,
        ValueType result,
        Implementation implementation,
        String rule,
        boolean experimental) {
    /** The last argument may be missing or repeated. */
    public static final int REPEATED = -1;

    /** The smallest number of arguments. */
    public int argumentsMin() {
        return optional == REPEATED ? arguments.size() - 1 : arguments.size() - optional;
    }

    /** The largest number of arguments. */
    public int argumentsMax() {
        return optional == REPEATED ? Integer.MAX_VALUE : arguments.size();
    }

    /** The type of the argument at a position. */
    public ValueType argument(int index) {
        return arguments.get(Math.min(index, arguments.size() - 1));
    }
}
