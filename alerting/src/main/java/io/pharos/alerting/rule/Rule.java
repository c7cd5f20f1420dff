package io.pharos.alerting.rule;

import io.pharos.alerting.template.Template;
import java.time.Duration;
import java.util.Map;

/** One rule of a group. */
public sealed interface Rule {
    /** The series a recording rule writes, or the alert's name. */
    String name();

    /** The PromQL text, known to parse. */
    String expression();

    /** Labels of group and rule, the rule's winning; templates where the rule alerts. */
    Map<String, String> labels();

    /** The line of the rule in its file, from 1. */
    int line();

    /** Writes the result of its expression as series of another name. */
    record Recording(String name, String expression, Map<String, String> labels, int line) implements Rule {}

    /**
     * Keeps one alert for each element of its expression's result.
     *
     * @param id the persistence id: see {@link RuleIdentity}
     * @param holdFor how long an element must be there before its alert fires
     * @param keepFiringFor how long an alert goes on firing after its element has gone
     * @param labelTemplates the labels, parsed
     * @param annotationTemplates the annotations, parsed
     */
    record Alerting(
            String id,
            String name,
            String expression,
            Duration holdFor,
            Duration keepFiringFor,
            Map<String, String> labels,
            Map<String, String> annotations,
            Map<String, Template> labelTemplates,
            Map<String, Template> annotationTemplates,
            int line)
            implements Rule {}
}
