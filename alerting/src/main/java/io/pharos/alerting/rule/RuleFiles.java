package io.pharos.alerting.rule;

import io.pharos.alerting.template.Template;
import io.pharos.alerting.template.TemplateException;
import io.pharos.conf.ConfigurationError;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.YamlReader;
import io.pharos.conf.YamlValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads rule files in Prometheus' format, strictly: every fault of every file is reported with its line and column. */
public final class RuleFiles {
    private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private final Duration interval;
    private final Duration queryOffset;
    private final Function<String, Optional<String>> expressionFault;

    /**
     * A reader.
     *
     * @param interval of groups that name none
     * @param queryOffset of groups that name none
     */
    public RuleFiles(Duration interval, Duration queryOffset) {
        this(interval, queryOffset, RuleExpressions::fault);
    }

    RuleFiles(Duration interval, Duration queryOffset, Function<String, Optional<String>> expressionFault) {
        this.interval = interval;
        this.queryOffset = queryOffset;
        this.expressionFault = expressionFault;
    }

    /** Reads files in order; a file named twice is read once. */
    public List<RuleGroup> read(List<Path> files) throws ConfigurationException {
        List<RuleGroup> groups = new ArrayList<>();
        List<ConfigurationError> errors = new ArrayList<>();
        for (Path file : new java.util.LinkedHashSet<>(files)) {
            try {
                groups.addAll(YamlReader.read(file, value -> document(value)));
            } catch (ConfigurationException e) {
                errors.addAll(e.errors());
            }
        }
        if (!errors.isEmpty()) {
            throw new ConfigurationException(errors);
        }
        return groups;
    }

    /** Reads one file's text. */
    public List<RuleGroup> read(String file, String text) throws ConfigurationException {
        return YamlReader.read(file, text, value -> document(value));
    }

    private List<RuleGroup> document(YamlValue document) {
        YamlValue.Mapping root = document.mapping();
        Set<String> names = new HashSet<>();
        List<RuleGroup> groups = new ArrayList<>();
        root.optional("groups").ifPresent(list -> {
            for (YamlValue value : list.list()) {
                RuleGroup group = group(value);
                if (!names.add(group.name())) {
                    value.error("the group '" + group.name() + "' is given twice in this file");
                }
                groups.add(group);
            }
        });
        root.refuseOthers();
        return groups;
    }

    private RuleGroup group(YamlValue value) {
        YamlValue.Mapping group = value.mapping();
        String name = group.required("name").text();
        Duration groupInterval = group.optional("interval").map(this::positive).orElse(interval);
        Duration offset =
                group.optional("query_offset").map(YamlValue::duration).orElse(queryOffset);
        int limit = group.optional("limit")
                .map(number -> (int) number.integer(0, Integer.MAX_VALUE))
                .orElse(0);
        Map<String, String> labels = group.optional("labels").map(this::labels).orElse(Map.of());
        List<Rule> rules = new ArrayList<>();
        Map<String, Integer> ordinals = new HashMap<>();
        group.optional("rules").ifPresent(list -> {
            for (YamlValue rule : list.list()) {
                rule(rule, name, labels, ordinals).ifPresent(rules::add);
            }
        });
        group.refuseOthers();
        return new RuleGroup(value.file(), name, groupInterval, offset, limit, labels, List.copyOf(rules));
    }

    private Duration positive(YamlValue value) {
        Duration duration = value.duration();
        if (duration.isZero()) {
            value.error("must be above zero");
            return interval;
        }
        return duration;
    }

    private Optional<Rule> rule(
            YamlValue value, String group, Map<String, String> groupLabels, Map<String, Integer> ordinals) {
        YamlValue.Mapping rule = value.mapping();
        Optional<YamlValue> record = rule.optional("record");
        Optional<YamlValue> alert = rule.optional("alert");
        String expression = expression(rule.required("expr"));
        Map<String, String> labels = new LinkedHashMap<>(groupLabels);
        Optional<YamlValue> ownLabels = rule.optional("labels");
        ownLabels.ifPresent(own -> labels.putAll(labels(own)));
        Optional<Rule> result = Optional.empty();
        if (record.isPresent() == alert.isPresent()) {
            value.error("a rule has either 'record' or 'alert'");
            List.of("for", "keep_firing_for", "annotations").forEach(rule::optional);
        } else if (record.isPresent()) {
            String name = record.get().text();
            if (name.isEmpty() || name.contains("{") || name.contains("}")) {
                record.get().error("is not a metric name: '" + name + "'");
            }
            for (String key : List.of("for", "keep_firing_for", "annotations")) {
                rule.optional(key).ifPresent(given -> given.error("only an alerting rule has this key"));
            }
            result = Optional.of(new Rule.Recording(name, expression, Map.copyOf(labels), value.line()));
        } else {
            String name = alert.get().text();
            Duration holdFor = rule.optional("for").map(YamlValue::duration).orElse(Duration.ZERO);
            Duration keep =
                    rule.optional("keep_firing_for").map(YamlValue::duration).orElse(Duration.ZERO);
            Optional<YamlValue> annotations = rule.optional("annotations");
            Map<String, String> texts = annotations.map(this::annotationTexts).orElse(Map.of());
            Map<String, Template> labelTemplates = templates(labels, ownLabels, value);
            Map<String, Template> annotationTemplates = templates(texts, annotations, value);
            String equal = name
                    + labels.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .toList();
            int ordinal = ordinals.merge(equal, 1, Integer::sum) - 1;
            result = Optional.of(new Rule.Alerting(
                    RuleIdentity.of(value.file(), group, name, labels, ordinal),
                    name,
                    expression,
                    holdFor,
                    keep,
                    Map.copyOf(labels),
                    texts,
                    labelTemplates,
                    annotationTemplates,
                    value.line()));
        }
        rule.refuseOthers();
        return result;
    }

    private String expression(YamlValue value) {
        String text = value.text().strip();
        if (text.isEmpty()) {
            value.error("an expression is needed");
        } else {
            expressionFault.apply(text).ifPresent(fault -> value.error("cannot be parsed: " + fault));
        }
        return text;
    }

    private Map<String, String> labels(YamlValue value) {
        YamlValue.Mapping mapping = value.mapping();
        Map<String, String> labels = new LinkedHashMap<>();
        for (String name : mapping.keys()) {
            if (name.isEmpty() || name.equals("__name__")) {
                value.error("'" + name + "' cannot be the name of a label");
            }
            labels.put(name, mapping.optional(name).map(YamlValue::text).orElse(""));
        }
        return labels;
    }

    private Map<String, String> annotationTexts(YamlValue value) {
        YamlValue.Mapping mapping = value.mapping();
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : mapping.keys()) {
            if (!LABEL_NAME.matcher(name).matches()) {
                value.error("'" + name + "' cannot be the name of an annotation");
            }
            texts.put(name, mapping.optional(name).map(YamlValue::text).orElse(""));
        }
        return java.util.Collections.unmodifiableMap(texts);
    }

    /**
     * Parses texts as templates.
     *
     * @param written where those of the rule itself stand; what is not there comes from the group
     */
    private Map<String, Template> templates(Map<String, String> texts, Optional<YamlValue> written, YamlValue rule) {
        Map<String, Template> templates = new LinkedHashMap<>();
        texts.forEach((name, text) -> {
            try {
                templates.put(name, Template.parse(name, text));
            } catch (TemplateException e) {
                written.flatMap(mapping -> mapping.mapping().optional(name))
                        .ifPresentOrElse(
                                value -> value.error(String.valueOf(e.getMessage())),
                                () -> rule.error("the group's label '" + name + "': " + e.getMessage()));
            }
        });
        return java.util.Collections.unmodifiableMap(templates);
    }
}
