package io.pharos.alerting;

import io.pharos.alerting.route.AlertmanagerConfiguration;
import io.pharos.alerting.rule.RuleFiles;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.conf.ConfigurationError;
import io.pharos.conf.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that alerts and notifications follow, replaced as a whole.
 *
 * @param groups every rule group, in the order of the files
 * @param alertmanager routes and receivers; empty where alerts fire and nobody is told
 * @param externalLabels added to alerts that go out, where they do not have the label
 * @param externalUrl where users reach Pharos; part of what receivers get
 */
public record AlertingConfiguration(
        List<RuleGroup> groups,
        Optional<AlertmanagerConfiguration> alertmanager,
        Map<String, String> externalLabels,
        String externalUrl) {
    /** No rule and no receiver. */
    public static final AlertingConfiguration EMPTY =
            new AlertingConfiguration(List.of(), Optional.empty(), Map.of(), "");

    /**
     * Reads rule files and the Alertmanager's file; all faults of all files are reported together.
     *
     * @param ruleFiles without patterns
     * @param evaluationInterval of groups that name none
     * @param queryOffset of groups that name none
     */
    public static AlertingConfiguration read(
            List<Path> ruleFiles,
            Optional<Path> alertmanagerFile,
            Duration evaluationInterval,
            Duration queryOffset,
            Map<String, String> externalLabels,
            String externalUrl)
            throws ConfigurationException {
        List<ConfigurationError> errors = new ArrayList<>();
        List<RuleGroup> groups = List.of();
        Optional<AlertmanagerConfiguration> alertmanager = Optional.empty();
        try {
            groups = new RuleFiles(evaluationInterval, queryOffset).read(ruleFiles);
        } catch (ConfigurationException e) {
            errors.addAll(e.errors());
        }
        try {
            if (alertmanagerFile.isPresent()) {
                alertmanager = Optional.of(AlertmanagerConfiguration.read(alertmanagerFile.get()));
            }
        } catch (ConfigurationException e) {
            errors.addAll(e.errors());
        }
        if (!errors.isEmpty()) {
            throw new ConfigurationException(errors);
        }
        return new AlertingConfiguration(groups, alertmanager, Map.copyOf(externalLabels), externalUrl);
    }
}
