package io.pharos.conf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value of a YAML document with its place. A value of the wrong shape is recorded as an error and a harmless stand-in is
 * returned, so that one reading finds every fault; {@link YamlReader} then refuses the file.
 */
public final class YamlValue {
    private final String file;
    private final @Nullable Node node;
    private final String path;
    private final List<ConfigurationError> errors;

    YamlValue(String file, @Nullable Node node, String path, List<ConfigurationError> errors) {
        this.file = file;
        this.node = node;
        this.path = path;
        this.errors = errors;
    }

    /** The line, from 1. */
    public int line() {
        return node == null ? 0 : mark(node).getLine() + 1;
    }

    /** The column, from 1. */
    public int column() {
        return node == null ? 0 : mark(node).getColumn() + 1;
    }

    private static Mark mark(Node node) {
        return node.getStartMark();
    }

    /** The file's name as the user gave it. */
    public String file() {
        return file;
    }

    /** Records a fault of this value. */
    public void error(String message) {
        errors.add(new ConfigurationError(file, line(), column(), path.isEmpty() ? message : path + ": " + message));
    }

    /** Whether nothing is written here: absent, empty or null. */
    public boolean isNull() {
        return node == null || node.getTag().equals(Tag.NULL);
    }

    /** Reads this value as a mapping with known keys only. */
    public Mapping mapping() {
        Map<String, YamlValue> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            collect(mapping, entries);
        } else if (!isNull()) {
            error("expected a mapping");
        }
        return new Mapping(entries);
    }

    private void collect(MappingNode mapping, Map<String, YamlValue> entries) {
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            if (key.getTag().equals(Tag.MERGE)) {
                merged.add(tuple.getValueNode());
            } else if (key instanceof ScalarNode scalar) {
                String name = scalar.getValue();
                String below = path.isEmpty() ? name : path + "." + name;
                YamlValue value = new YamlValue(file, tuple.getValueNode(), below, errors);
                if (entries.putIfAbsent(name, value) != null) {
                    new YamlValue(file, key, below, errors).error("given twice");
                }
            } else {
                new YamlValue(file, key, path, errors).error("a key must be a plain text");
            }
        }
        merged.forEach(node -> merge(node, entries)); // what is written out goes over what is merged
    }

    private void merge(Node from, Map<String, YamlValue> entries) {
        List<Node> sources = from instanceof SequenceNode sequence ? sequence.getValue() : List.of(from);
        for (Node source : sources) {
            if (source instanceof MappingNode mapping) {
                Map<String, YamlValue> merged = new LinkedHashMap<>();
                collect(mapping, merged);
                merged.forEach(entries::putIfAbsent);
            } else {
                new YamlValue(file, source, path, errors).error("only mappings can be merged");
            }
        }
    }

    /** Reads this value as a mapping of free keys to texts. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        Mapping mapping = mapping();
        mapping.entries.forEach((key, value) -> texts.put(key, value.text()));
        return texts;
    }

    /** Reads this value as a sequence; an absent one is empty. */
    public List<YamlValue> list() {
        List<YamlValue> values = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            int index = 0;
            for (Node element : sequence.getValue()) {
                values.add(new YamlValue(file, element, path + "[" + index++ + "]", errors));
            }
        } else if (!isNull()) {
            error("expected a list");
        }
        return values;
    }

    /** Reads this value as a list of texts. */
    public List<String> textList() {
        return list().stream().map(YamlValue::text).toList();
    }

    /** Reads this value as a text: any scalar as it is written. */
    public String text() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue();
        }
        if (node != null) {
            error("expected a text");
        }
        return "";
    }

    /** Reads true or false. */
    public boolean bool() {
        String text = text();
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        error("expected true or false, not '" + text + "'");
        return false;
    }

    /** Reads a whole number within bounds, both inclusive. */
    public long integer(long min, long max) {
        try {
            long value = Long.parseLong(text());
            if (value >= min && value <= max) {
                return value;
            }
            error("must be from " + min + " to " + max + ", not " + value);
        } catch (NumberFormatException e) {
            error("expected a whole number, not '" + text() + "'");
        }
        return min;
    }

    /** Reads a floating-point number. */
    public double number() {
        try {
            return Double.parseDouble(text());
        } catch (NumberFormatException e) {
            error("expected a number, not '" + text() + "'");
            return 0;
        }
    }

    /** Reads a duration as Prometheus writes it: {@code 1h30m}, {@code 15s}, {@code 500ms}, {@code 0}. */
    public Duration duration() {
        String text = text();
        Optional<Duration> duration = PrometheusDuration.parse(text);
        if (duration.isEmpty()) {
            error("expected a duration such as 15s or 1h30m, not '" + text + "'");
        }
        return duration.orElse(Duration.ZERO);
    }

    /** Applies a parser that throws {@link IllegalArgumentException} with a sentence for the user. */
    public <T> Optional<T> parsed(Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text()));
        } catch (IllegalArgumentException e) {
            error(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** A mapping whose keys are asked for one by one; {@link #refuseOthers} then refuses the rest. */
    public final class Mapping {
        private final Map<String, YamlValue> entries;
        private final List<String> asked = new ArrayList<>();

        private Mapping(Map<String, YamlValue> entries) {
            this.entries = entries;
        }

        /** A key's value; empty when the key is absent or null. */
        public Optional<YamlValue> optional(String key) {
            asked.add(key);
            YamlValue value = entries.get(key);
            return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
        }

        /** A key's value; its absence is an error and gives an empty value. */
        public YamlValue required(String key) {
            return optional(key).orElseGet(() -> {
                error("'" + key + "' is missing");
                return new YamlValue(file, null, path.isEmpty() ? key : path + "." + key, errors);
            });
        }

        /** Records an error for each of these keys that is present: known in the field, not supported here yet. */
        public Mapping refuseUnsupported(String... keys) {
            for (String key : keys) {
                asked.add(key);
                YamlValue value = entries.get(key);
                if (value != null) {
                    value.error("is not supported yet");
                }
            }
            return this;
        }

        /** Records an error for every key that was not asked for, with the nearest one that was. */
        public void refuseOthers() {
            entries.forEach((key, value) -> {
                if (!asked.contains(key)) {
                    value.error("unknown key '" + key + "'" + NearestKey.hint(key, asked));
                }
            });
        }

        /** All keys present, in the order of the file. */
        public List<String> keys() {
            return List.copyOf(entries.keySet());
        }
    }
}
