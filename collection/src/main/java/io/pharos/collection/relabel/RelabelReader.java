package io.pharos.collection.relabel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.collection.relabel.RelabelRule.Action;
import io.pharos.conf.YamlValue;
import java.util.List;
import java.util.Optional;

/** Reads relabelling rules from a configuration, with Prometheus' defaults and demands. */
public final class RelabelReader {
    private static final String ANYTHING = "(.*)";

    private RelabelReader() {}

    /** Reads a list of rules; faults are reported at their place. */
    public static List<RelabelRule> readAll(YamlValue list) {
        return list.list().stream().map(RelabelReader::read).toList();
    }

    private static RelabelRule read(YamlValue value) {
        YamlValue.Mapping keys = value.mapping();
        Action action = keys.optional("action")
                .map(v -> Action.parse(v.text()).orElseGet(() -> {
                    v.error("unknown relabel action '" + v.text() + "'");
                    return Action.REPLACE;
                }))
                .orElse(Action.REPLACE);
        List<String> sources =
                keys.optional("source_labels").map(YamlValue::textList).orElse(List.of());
        Optional<String> separator = keys.optional("separator").map(YamlValue::text);
        Optional<YamlValue> regexValue = keys.optional("regex");
        Pattern regex = regexValue.map(RelabelReader::regex).orElseGet(() -> RelabelRule.compile(ANYTHING));
        long modulus =
                keys.optional("modulus").map(v -> v.integer(1, Long.MAX_VALUE)).orElse(0L);
        Optional<String> target = keys.optional("target_label").map(YamlValue::text);
        Optional<String> replacement = keys.optional("replacement").map(YamlValue::text);
        keys.refuseOthers();
        switch (action) {
            case REPLACE, HASHMOD, LOWERCASE, UPPERCASE, KEEPEQUAL, DROPEQUAL -> {
                if (target.isEmpty() || target.get().isEmpty()) {
                    value.error("action " + name(action) + " needs target_label");
                }
            }
            default -> {
                // these have no target
            }
        }
        if (action == Action.HASHMOD && modulus == 0) {
            value.error("action hashmod needs modulus");
        }
        boolean namesOnly = action == Action.LABELDROP || action == Action.LABELKEEP;
        boolean equal = action == Action.KEEPEQUAL || action == Action.DROPEQUAL;
        if (namesOnly && (!sources.isEmpty() || target.isPresent() || replacement.isPresent() || modulus != 0)
                || equal && (regexValue.isPresent() || replacement.isPresent() || modulus != 0)) {
            value.error("action " + name(action)
                    + (namesOnly ? " takes only regex" : " takes only source_labels, separator and target_label"));
        }
        return new RelabelRule(
                action, sources, separator.orElse(";"), regex, modulus, target.orElse(""), replacement.orElse("$1"));
    }

    private static String name(Action action) {
        return action.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Pattern regex(YamlValue value) {
        try {
            return RelabelRule.compile(value.text());
        } catch (PatternSyntaxException e) {
            value.error("not a regular expression: " + e.getDescription());
            return RelabelRule.compile(ANYTHING);
        }
    }
}
