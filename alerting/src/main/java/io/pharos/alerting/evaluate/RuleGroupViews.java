package io.pharos.alerting.evaluate;

import io.pharos.alerting.rule.Rule;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.view.AlertState;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What can be said of a rule group from its configuration alone. */
public final class RuleGroupViews {
    private RuleGroupViews() {}

    /** A group whose node does not answer. */
    public static RuleGroupStatus unreachable(RuleGroup group) {
        return new RuleGroupStatus(
                group.name(),
                group.file(),
                group.interval(),
                group.limit(),
                group.rules().stream().map(RuleGroupViews::unknown).toList(),
                Duration.ZERO,
                null,
                0,
                false);
    }

    /** A rule that was not evaluated yet. */
    public static RuleStatus unknown(Rule rule) {
        Rule.Alerting alerting = rule instanceof Rule.Alerting found ? found : null;
        return new RuleStatus(
                alerting != null,
                rule.name(),
                rule.expression(),
                rule.labels(),
                alerting == null ? Duration.ZERO : alerting.holdFor(),
                alerting == null ? Duration.ZERO : alerting.keepFiringFor(),
                alerting == null ? Map.of() : alerting.annotations(),
                AlertState.INACTIVE,
                List.of(),
                RuleStatus.Health.UNKNOWN,
                "",
                Duration.ZERO,
                null);
    }
}
