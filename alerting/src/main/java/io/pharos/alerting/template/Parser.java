package io.pharos.alerting.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns words into nodes; unknown functions and variables are faults here, not at expansion. */
final class Parser {
    private static final int DEPTH_MAX = 100;

    private final String name;
    private final List<Token> tokens;
    private final Map<String, List<Node>> defined = new HashMap<>();
    private final Deque<String> variables = new ArrayDeque<>();
    private int at;
    private int depth;
    private int ranges;

    Parser(String name, String text, Set<String> variables) {
        this.name = name;
        this.tokens = new Lexer(name, text).tokens();
        this.variables.addAll(variables);
        this.variables.add("");
    }

    /** The templates of this text by name; the text itself under the name given. */
    Map<String, List<Node>> parse() {
        List<Node> body = body();
        if (!peek().is(Token.Kind.END)) {
            throw fault("unexpected {{" + tokens.get(at + 1).text() + "}}");
        }
        defined.put(name, body);
        return defined;
    }

    private List<Node> body() {
        if (++depth > DEPTH_MAX) {
            throw fault("nested deeper than " + DEPTH_MAX);
        }
        List<Node> nodes = new ArrayList<>();
        while (true) {
            Token token = peek();
            if (token.is(Token.Kind.END)) {
                break;
            }
            if (token.is(Token.Kind.TEXT)) {
                nodes.add(new Node.Text(token.text()));
                at++;
                continue;
            }
            Token first = tokens.get(at + 1);
            if (first.isWord("end") || first.isWord("else")) {
                break;
            }
            at++;
            Node node = action(first);
            if (node != null) {
                nodes.add(node);
            }
        }
        depth--;
        return nodes;
    }

    private @Nullable Node action(Token first) {
        int line = first.line();
        if (first.is(Token.Kind.NAME)) {
            switch (first.text()) {
                case "if" -> {
                    at++;
                    return condition(line);
                }
                case "with" -> {
                    at++;
                    return with(line);
                }
                case "range" -> {
                    at++;
                    return range(line);
                }
                case "template" -> {
                    at++;
                    String called = string("template");
                    Node.Pipeline data = peek().is(Token.Kind.CLOSE) ? null : pipeline(false);
                    close();
                    return new Node.Call(called, data, line);
                }
                case "define", "block" -> {
                    at++;
                    return define(first.text().equals("block"), line);
                }
                case "break", "continue" -> {
                    at++;
                    if (ranges == 0) {
                        throw fault("{{" + first.text() + "}} outside {{range}}");
                    }
                    close();
                    return first.text().equals("break") ? new Node.Break() : new Node.Continue();
                }
                default -> {}
            }
        }
        if (first.is(Token.Kind.CLOSE)) {
            throw fault("missing value for command");
        }
        Node.Pipeline pipeline = pipeline(false);
        close();
        return new Node.Action(pipeline, line);
    }

    private Node condition(int line) {
        int mark = variables.size();
        Node.Pipeline pipeline = pipeline(false);
        close();
        List<Node> then = body();
        List<Node> otherwise = otherwise("if", () -> condition(line));
        forget(mark);
        return new Node.If(pipeline, then, otherwise, line);
    }

    private Node with(int line) {
        int mark = variables.size();
        Node.Pipeline pipeline = pipeline(false);
        close();
        List<Node> body = body();
        List<Node> otherwise = otherwise("with", () -> with(line));
        forget(mark);
        return new Node.With(pipeline, body, otherwise, line);
    }

    private Node range(int line) {
        int mark = variables.size();
        Node.Pipeline pipeline = pipeline(true);
        close();
        ranges++;
        List<Node> body = body();
        ranges--;
        List<Node> otherwise = otherwise("", () -> new Node.Break());
        forget(mark);
        return new Node.Range(pipeline, body, otherwise, line);
    }

    /** Reads {@code {{end}}} or the other body with its end; {@code else WORD} goes on as a construct of its own. */
    private List<Node> otherwise(String word, java.util.function.Supplier<Node> chained) {
        if (peek().is(Token.Kind.END)) {
            throw fault("unexpected end of template: {{end}} is missing");
        }
        at++;
        Token next = next();
        if (next.isWord("end")) {
            close();
            return List.of();
        }
        if (!word.isEmpty() && peek().isWord(word)) {
            at++;
            return List.of(chained.get());
        }
        close();
        List<Node> body = body();
        if (peek().is(Token.Kind.END) || !tokens.get(at + 1).isWord("end")) {
            throw fault("expected {{end}} after {{else}}");
        }
        at += 2;
        close();
        return body;
    }

    private @Nullable Node define(boolean block, int line) {
        String defining = string(block ? "block" : "define");
        Node.Pipeline data = block ? pipeline(false) : null;
        close();
        List<String> outer = new ArrayList<>(variables);
        variables.clear();
        variables.add("");
        List<Node> body = body();
        if (peek().is(Token.Kind.END)) {
            throw fault("unexpected end of template: {{end}} is missing");
        }
        at += 2;
        close();
        variables.clear();
        variables.addAll(outer);
        defined.put(defining, body);
        return block ? new Node.Call(defining, data, line) : null;
    }

    private Node.Pipeline pipeline(boolean range) {
        List<String> names = new ArrayList<>();
        boolean declares = false;
        if (peek().is(Token.Kind.VARIABLE)) {
            Token second = tokens.get(at + 1);
            if (second.is(Token.Kind.DECLARE) || second.is(Token.Kind.ASSIGN)) {
                names.add(next().text());
                declares = next().is(Token.Kind.DECLARE);
            } else if (range && second.is(Token.Kind.COMMA)) {
                names.add(next().text());
                at++;
                names.add(next().text());
                declares = next().is(Token.Kind.DECLARE);
            }
        }
        List<Node.Command> commands = new ArrayList<>();
        do {
            commands.add(command());
        } while (peek().is(Token.Kind.PIPE) && at++ >= 0);
        if (declares) {
            names.forEach(variables::add);
        } else {
            names.forEach(this::known);
        }
        return new Node.Pipeline(names, declares, commands);
    }

    private Node.Command command() {
        List<Node.Operand> operands = new ArrayList<>();
        while (!endsCommand(peek())) {
            operands.add(operand());
        }
        if (operands.isEmpty()) {
            throw fault("missing value for command");
        }
        return new Node.Command(operands);
    }

    private static boolean endsCommand(Token token) {
        return token.is(Token.Kind.CLOSE) || token.is(Token.Kind.PIPE) || token.is(Token.Kind.RIGHT);
    }

    private Node.Operand operand() {
        Token token = next();
        return switch (token.kind()) {
            case DOT -> new Node.Operand.Dot(List.of());
            case FIELD -> {
                List<String> fields = new ArrayList<>(List.of(token.text()));
                fields.addAll(fields());
                yield new Node.Operand.Dot(fields);
            }
            case VARIABLE -> {
                known(token.text());
                yield new Node.Operand.Variable(token.text(), fields());
            }
            case STRING -> new Node.Operand.Literal(token.text());
            case NUMBER -> new Node.Operand.Literal(java.util.Objects.requireNonNull(token.value()));
            case NAME -> word(token);
            case LEFT -> {
                if (++depth > DEPTH_MAX) {
                    throw fault("nested deeper than " + DEPTH_MAX);
                }
                Node.Pipeline pipeline = pipeline(false);
                if (!next().is(Token.Kind.RIGHT)) {
                    throw fault("unclosed left paren");
                }
                depth--;
                yield new Node.Operand.Nested(pipeline, fields());
            }
            default -> throw fault("unexpected '" + token.text() + "' in operand");
        };
    }

    private Node.Operand word(Token token) {
        return switch (token.text()) {
            case "true" -> new Node.Operand.Literal(true);
            case "false" -> new Node.Operand.Literal(false);
            case "nil" -> new Node.Operand.Nil();
            default -> {
                if (!Functions.isKnown(token.text())) {
                    throw fault("function \"" + token.text() + "\" not defined");
                }
                yield new Node.Operand.Function(token.text());
            }
        };
    }

    private List<String> fields() {
        List<String> fields = new ArrayList<>();
        while (peek().is(Token.Kind.FIELD) && !peek().spaced()) {
            fields.add(next().text());
        }
        return fields;
    }

    private void known(String variable) {
        if (!variables.contains(variable)) {
            throw fault("undefined variable \"$" + variable + "\"");
        }
    }

    private void forget(int mark) {
        while (variables.size() > mark) {
            variables.removeLast();
        }
    }

    private String string(String word) {
        Token token = next();
        if (!token.is(Token.Kind.STRING)) {
            throw fault("unexpected '" + token.text() + "' in " + word + " clause: a quoted name is needed");
        }
        return token.text();
    }

    private void close() {
        Token token = next();
        if (!token.is(Token.Kind.CLOSE)) {
            throw fault("unexpected '" + token.text() + "' in an action");
        }
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        Token token = tokens.get(at);
        if (!token.is(Token.Kind.END)) {
            at++;
        }
        return token;
    }

    private TemplateException fault(String message) {
        return new TemplateException("template: " + name + ":" + peek().line() + ": " + message);
    }
}
