package io.pharos.alerting.rule;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Rules that are evaluated together, in order, at one time.
 *
 * @param file the file's name as the user gave it
 * @param name unique in its file
 * @param interval the time between two evaluations, above zero
 * @param queryOffset how far before the evaluation time queries look and samples are written
 * @param limit at most this many series or alerts from one rule; 0 for no limit
 */
public record RuleGroup(
        String file,
        String name,
        Duration interval,
        Duration queryOffset,
        int limit,
        Map<String, String> labels,
        List<Rule> rules) {
    /** What makes the group one in the cluster: its file and its name. */
    public String key() {
        return file + ";" + name;
    }

    /** Its alerting rules, in their order. */
    public List<Rule.Alerting> alertingRules() {
        return rules.stream()
                .filter(Rule.Alerting.class::isInstance)
                .map(Rule.Alerting.class::cast)
                .toList();
    }
}
