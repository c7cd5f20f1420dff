/** Notification groups and the webhook they send. No rule is known here. */
@NullMarked
package io.pharos.alerting.notify;

import org.jspecify.annotations.NullMarked;
