package io.pharos.alerting.template;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A parsed template; immutable, for any thread. */
public final class Template {
    /** The variables every template of a rule starts with. */
    public static final Set<String> RULE_VARIABLES = Set.of("labels", "externalLabels", "externalURL", "value");

    private final String name;
    private final Map<String, List<Node>> defined;

    private Template(String name, Map<String, List<Node>> defined) {
        this.name = name;
        this.defined = defined;
    }

    /**
     * Parses the text of a label or annotation.
     *
     * @throws TemplateException that names the line in the text
     */
    public static Template parse(String name, String text) {
        return new Template(name, new Parser(name, text, RULE_VARIABLES).parse());
    }

    /**
     * Expands the template.
     *
     * @param data the dot, whose fields Labels, Value, ExternalLabels and ExternalURL are the variables too
     * @throws TemplateException that names the line in the text
     */
    public String expand(TemplateObject data, TemplateEnvironment environment) {
        return new Evaluator(name, defined, environment).expand(data);
    }
}
