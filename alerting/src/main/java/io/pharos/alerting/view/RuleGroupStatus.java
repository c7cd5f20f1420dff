package io.pharos.alerting.view;

import io.pharos.alerting.journal.AlertingSerializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule group and how its last evaluation went.
 *
 * @param limit 0 for none
 * @param evaluationTime how long the last evaluation took
 * @param lastEvaluation null where there was none yet
 * @param evaluationsMissed ticks that came while an evaluation was still under way, since the group started
 * @param reachable whether the node that runs the group answered; if not, only what the configuration says is known
 */
public record RuleGroupStatus(
        String name,
        String file,
        Duration interval,
        int limit,
        List<RuleStatus> rules,
        Duration evaluationTime,
        @Nullable Instant lastEvaluation,
        long evaluationsMissed,
        boolean reachable)
        implements AlertingSerializable {}
