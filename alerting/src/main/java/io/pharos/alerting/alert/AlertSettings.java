package io.pharos.alerting.alert;

import java.time.Duration;

/**
 * How alerts are told to their notification groups.
 *
 * @param resendDelay the time after which a firing alert is told again
 * @param resolvedRetention how long an alert that ended is told
 */
public record AlertSettings(Duration resendDelay, Duration resolvedRetention) {}
