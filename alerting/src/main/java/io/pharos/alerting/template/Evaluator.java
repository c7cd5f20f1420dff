package io.pharos.alerting.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Walks a template's nodes with a dot and variables and gathers the text, under limits. Used once, by one thread. */
final class Evaluator {
    private static final int CHARACTERS_MAX = 1 << 20;
    private static final int STEPS_MAX = 1_000_000;
    private static final int DEPTH_MAX = 100;

    /** How a body ended. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private record Variable(String name, @Nullable Object[] value) {}

    private final String name;
    private final Map<String, List<Node>> defined;
    private final Functions functions;
    private final StringBuilder out = new StringBuilder();
    private List<Variable> variables = new ArrayList<>();
    private int steps;
    private int depth;
    private int line = 1;

    Evaluator(String name, Map<String, List<Node>> defined, TemplateEnvironment environment) {
        this.name = name;
        this.defined = defined;
        this.functions = new Functions(environment, this::tmpl);
    }

    String expand(TemplateObject data) {
        set("", data);
        set("labels", data.fields().get("Labels"));
        set("externalLabels", data.fields().get("ExternalLabels"));
        set("externalURL", data.fields().get("ExternalURL"));
        set("value", data.fields().get("Value"));
        try {
            body(defined.getOrDefault(name, List.of()), data);
        } catch (TemplateException e) {
            throw e.getMessage() != null && e.getMessage().startsWith("template: ")
                    ? e
                    : new TemplateException("template: " + name + ":" + line + ": " + e.getMessage());
        }
        return out.toString();
    }

    private void set(String variable, @Nullable Object value) {
        variables.add(new Variable(variable, new Object[] {value}));
    }

    private String tmpl(String called, @Nullable Object data) {
        int from = out.length();
        call(called, data);
        String text = out.substring(from);
        out.setLength(from);
        return text;
    }

    private void call(String called, @Nullable Object data) {
        List<Node> body = defined.get(called);
        if (body == null) {
            throw new TemplateException("template \"" + called + "\" not defined");
        }
        if (++depth > DEPTH_MAX) {
            throw new TemplateException("templates call each other deeper than " + DEPTH_MAX);
        }
        List<Variable> outer = variables;
        variables = new ArrayList<>();
        set("", data);
        body(body, data);
        variables = outer;
        depth--;
    }

    private Flow body(List<Node> nodes, @Nullable Object dot) {
        int mark = variables.size();
        Flow flow = Flow.ON;
        for (Node node : nodes) {
            if (++steps > STEPS_MAX) {
                throw new TemplateException("more than " + STEPS_MAX + " steps");
            }
            flow = node(node, dot);
            if (flow != Flow.ON) {
                break;
            }
        }
        forget(mark);
        return flow;
    }

    private Flow node(Node node, @Nullable Object dot) {
        if (node instanceof Node.Text text) {
            write(text.text());
        } else if (node instanceof Node.Action action) {
            line = action.line();
            Object value = pipeline(action.pipeline(), dot);
            if (action.pipeline().variables().isEmpty()) {
                write(GoFormat.print(value));
            }
        } else if (node instanceof Node.If condition) {
            line = condition.line();
            int mark = variables.size();
            boolean holds = Functions.truth(pipeline(condition.condition(), dot));
            Flow flow = body(holds ? condition.then() : condition.otherwise(), dot);
            forget(mark);
            return flow;
        } else if (node instanceof Node.With with) {
            line = with.line();
            int mark = variables.size();
            Object value = pipeline(with.value(), dot);
            Flow flow = Functions.truth(value) ? body(with.body(), value) : body(with.otherwise(), dot);
            forget(mark);
            return flow;
        } else if (node instanceof Node.Range range) {
            line = range.line();
            return range(range, dot);
        } else if (node instanceof Node.Call call) {
            line = call.line();
            call(call.name(), call.data() == null ? null : pipeline(call.data(), dot));
        } else {
            return node instanceof Node.Break ? Flow.BREAK : Flow.CONTINUE;
        }
        return Flow.ON;
    }

    private Flow range(Node.Range range, @Nullable Object dot) {
        Object over = commands(range.over(), dot);
        List<Object[]> elements = new ArrayList<>();
        if (over instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                elements.add(new Object[] {(long) i, list.get(i)});
            }
        } else if (over instanceof Map<?, ?> map) {
            map.entrySet().stream()
                    .sorted((a, b) -> String.valueOf(a.getKey()).compareTo(String.valueOf(b.getKey())))
                    .forEach(entry -> elements.add(new Object[] {entry.getKey(), entry.getValue()}));
        } else if (over instanceof Long count) {
            for (long i = 0; i < Math.min(count, STEPS_MAX); i++) {
                elements.add(new Object[] {i, i});
            }
        } else if (over != null) {
            throw new TemplateException("range can't iterate over " + GoFormat.print(over));
        }
        if (elements.isEmpty()) {
            return body(range.otherwise(), dot);
        }
        List<String> names = range.over().variables();
        for (Object[] element : elements) {
            int mark = variables.size();
            if (names.size() == 1) {
                bind(names.get(0), range.over().declares(), element[1]);
            } else if (names.size() == 2) {
                bind(names.get(0), range.over().declares(), element[0]);
                bind(names.get(1), range.over().declares(), element[1]);
            }
            Flow flow = body(range.body(), element[1]);
            forget(mark);
            if (flow == Flow.BREAK) {
                break;
            }
        }
        return Flow.ON;
    }

    private @Nullable Object pipeline(Node.Pipeline pipeline, @Nullable Object dot) {
        Object value = commands(pipeline, dot);
        pipeline.variables().forEach(variable -> bind(variable, pipeline.declares(), value));
        return value;
    }

    private void bind(String variable, boolean declares, @Nullable Object value) {
        if (declares) {
            set(variable, value);
        } else {
            cell(variable)[0] = value;
        }
    }

    private @Nullable Object[] cell(String variable) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (variables.get(i).name().equals(variable)) {
                return variables.get(i).value();
            }
        }
        throw new TemplateException("undefined variable $" + variable);
    }

    private @Nullable Object commands(Node.Pipeline pipeline, @Nullable Object dot) {
        Object value = null;
        boolean piped = false;
        for (Node.Command command : pipeline.commands()) {
            value = command(command, dot, piped, value);
            piped = true;
        }
        return value;
    }

    private @Nullable Object command(Node.Command command, @Nullable Object dot, boolean piped, @Nullable Object last) {
        if (++steps > STEPS_MAX) {
            throw new TemplateException("more than " + STEPS_MAX + " steps");
        }
        Node.Operand first = command.operands().get(0);
        List<Node.Operand> rest =
                command.operands().subList(1, command.operands().size());
        if (!(first instanceof Node.Operand.Function function)) {
            if (!rest.isEmpty() || piped) {
                throw new TemplateException("can't give an argument to something that is no function");
            }
            return operand(first, dot);
        }
        boolean and = function.name().equals("and");
        if (and || function.name().equals("or")) {
            return shortCircuit(and, rest, dot, piped, last);
        }
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Node.Operand operand : rest) {
            arguments.add(operand(operand, dot));
        }
        if (piped) {
            arguments.add(last);
        }
        return functions.call(function.name(), arguments);
    }

    private @Nullable Object shortCircuit(
            boolean and, List<Node.Operand> rest, @Nullable Object dot, boolean piped, @Nullable Object last) {
        if (rest.isEmpty() && !piped) {
            throw new TemplateException("wrong number of args for " + (and ? "and" : "or") + ": want at least 1 got 0");
        }
        Object value = null;
        for (Node.Operand operand : rest) {
            value = operand(operand, dot);
            if (Functions.truth(value) != and) {
                return value;
            }
        }
        return piped ? last : value;
    }

    private @Nullable Object operand(Node.Operand operand, @Nullable Object dot) {
        if (operand instanceof Node.Operand.Dot own) {
            return fields(dot, own.fields());
        }
        if (operand instanceof Node.Operand.Variable variable) {
            return fields(cell(variable.name())[0], variable.fields());
        }
        if (operand instanceof Node.Operand.Nested nested) {
            return fields(pipeline(nested.pipeline(), dot), nested.fields());
        }
        if (operand instanceof Node.Operand.Function function) {
            return functions.call(function.name(), List.of());
        }
        return operand instanceof Node.Operand.Literal literal ? literal.value() : null;
    }

    private static @Nullable Object fields(@Nullable Object value, List<String> fields) {
        Object at = value;
        for (String field : fields) {
            if (at instanceof TemplateObject object) {
                if (!object.fields().containsKey(field)) {
                    throw new TemplateException("can't evaluate field " + field);
                }
                at = object.fields().get(field);
            } else if (at instanceof Map<?, ?> map) {
                at = map.get(field);
                if (at == null) {
                    at = "";
                }
            } else {
                throw new TemplateException("can't evaluate field " + field + " in a value that has no fields");
            }
        }
        return at;
    }

    private void forget(int mark) {
        while (variables.size() > mark) {
            variables.remove(variables.size() - 1);
        }
    }

    private void write(String text) {
        if (out.length() + text.length() > CHARACTERS_MAX) {
            throw new TemplateException("the text is longer than " + CHARACTERS_MAX + " characters");
        }
        out.append(text);
    }
}
