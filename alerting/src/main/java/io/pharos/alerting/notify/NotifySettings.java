package io.pharos.alerting.notify;

import java.time.Duration;

/**
 * How notifications are sent.
 *
 * @param backoffMin the first wait before a notification is tried again
 * @param backoffMax the longest such wait
 * @param history attempts remembered for display
 * @param groupAlertsMax most alerts in one group
 */
public record NotifySettings(Duration backoffMin, Duration backoffMax, int history, int groupAlertsMax) {}
