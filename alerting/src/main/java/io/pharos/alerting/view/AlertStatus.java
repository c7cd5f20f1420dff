package io.pharos.alerting.view;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An active alert.
 *
 * @param labels what identifies it: the result's labels, the rule's, and alertname
 * @param activeAt the evaluation that first gave its element
 * @param keepFiringSince the evaluation that no longer gave it, while keep_firing_for holds the alert
 * @param value of the last evaluation that gave it
 */
public record AlertStatus(
        Map<String, String> labels,
        Map<String, String> annotations,
        AlertState state,
        Instant activeAt,
        @Nullable Instant keepFiringSince,
        double value) {}
