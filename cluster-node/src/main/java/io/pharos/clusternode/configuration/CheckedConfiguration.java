package io.pharos.clusternode.configuration;

import io.pharos.alerting.AlertingConfiguration;
import io.pharos.alerting.route.AlertmanagerConfiguration;
import io.pharos.alerting.rule.RuleFiles;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.collection.PrometheusConfiguration;
import io.pharos.conf.ConfigurationError;
import io.pharos.conf.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration bundle that was read without a fault: what the modules are given. */
public record CheckedConfiguration(
        ConfigurationBundle bundle, PrometheusConfiguration prometheus, AlertingConfiguration alerting) {
    /** Reads a node's own files. */
    static CheckedConfiguration ofFiles(
            Optional<Path> prometheusFile, Optional<Path> alertmanagerFile, String externalUrl)
            throws ConfigurationException {
        PrometheusConfiguration prometheus = prometheusFile.isPresent()
                ? PrometheusConfiguration.read(prometheusFile.get())
                : PrometheusConfiguration.EMPTY;
        ConfigurationBundle bundle = ConfigurationBundle.read(prometheusFile, prometheus.ruleFiles(), alertmanagerFile);
        return check(bundle, prometheus, alertmanagerFile.map(Path::toString).orElse("alertmanager.yml"), externalUrl);
    }

    /** Reads what the cluster keeps. */
    static CheckedConfiguration ofStored(ConfigurationBundle bundle, String externalUrl) throws ConfigurationException {
        String text = bundle.prometheus();
        PrometheusConfiguration prometheus = text == null
                ? PrometheusConfiguration.EMPTY
                : PrometheusConfiguration.read(Path.of("prometheus.yml"), text, false);
        return check(bundle, prometheus, "alertmanager.yml", externalUrl);
    }

    private static CheckedConfiguration check(
            ConfigurationBundle bundle, PrometheusConfiguration prometheus, String alertmanagerName, String externalUrl)
            throws ConfigurationException {
        List<ConfigurationError> errors = new ArrayList<>();
        List<RuleGroup> groups = new ArrayList<>();
        RuleFiles reader = new RuleFiles(
                prometheus.global().evaluationInterval(), prometheus.global().ruleQueryOffset());
        for (Map.Entry<String, String> file : bundle.rules().entrySet()) {
            try {
                groups.addAll(reader.read(file.getKey(), file.getValue()));
            } catch (ConfigurationException e) {
                errors.addAll(e.errors());
            }
        }
        Optional<AlertmanagerConfiguration> alertmanager = Optional.empty();
        try {
            String text = bundle.alertmanager();
            if (text != null) {
                alertmanager = Optional.of(AlertmanagerConfiguration.read(alertmanagerName, text));
            }
        } catch (ConfigurationException e) {
            errors.addAll(e.errors());
        }
        if (!errors.isEmpty()) {
            throw new ConfigurationException(errors);
        }
        return new CheckedConfiguration(
                bundle,
                prometheus,
                new AlertingConfiguration(
                        List.copyOf(groups),
                        alertmanager,
                        prometheus.global().externalLabels().toMap(),
                        externalUrl));
    }
}
