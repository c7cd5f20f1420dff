package io.pharos.alerting.alert;

import io.pharos.alerting.journal.AlertingSerializable;
import java.util.Map;

/**
 * An alert as its notification groups get it, firing or over.
 *
 * @param labels with the external ones
 * @param startsAtMillis when it began to fire
 * @param endsAtMillis when it ended, or when it ends if it is not told again
 * @param generatorUrl where its expression can be looked at
 */
public record OutgoingAlert(
        Map<String, String> labels,
        Map<String, String> annotations,
        long startsAtMillis,
        long endsAtMillis,
        String generatorUrl)
        implements AlertingSerializable {}
