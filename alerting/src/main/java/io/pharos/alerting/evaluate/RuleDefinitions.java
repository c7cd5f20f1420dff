package io.pharos.alerting.evaluate;

import io.pharos.alerting.rule.RuleGroup;
import java.util.Map;
import java.util.Optional;

/** The port a group learns from what it is to do: this node's configuration, which may change at any time. Thread-safe. */
public interface RuleDefinitions {
    /** The group of a key; empty where the configuration no longer has it. */
    Optional<RuleGroup> group(String key);

    /** Labels added to what goes out. */
    Map<String, String> externalLabels();

    /** Where users reach Pharos; empty where none is set. */
    String externalUrl();
}
