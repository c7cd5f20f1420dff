package io.pharos.alerting.view;

import java.util.List;

/**
 * What this node's notification groups tried lately.
 *
 * @param attempts the newest first, bounded
 * @param undelivered notifications that are due and were not taken by their receiver yet
 * @param delivered notifications taken since the node started
 * @param failed notifications given up since the node started; what they told goes out again with the next look at the group
 */
public record NotificationHistory(List<NotificationAttempt> attempts, int undelivered, long delivered, long failed) {}
