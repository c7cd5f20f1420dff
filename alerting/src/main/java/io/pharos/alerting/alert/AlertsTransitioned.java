package io.pharos.alerting.alert;

import io.pharos.alerting.journal.JournalEvent;
import java.util.List;

/**
 * The alerts of one rule that changed in one evaluation, each as it is afterwards. On disk: golden file
 * {@code alerts-transitioned-1.hex}.
 *
 * @param version of this form; 1
 */
public record AlertsTransitioned(int version, long sequence, long evaluatedAtMillis, List<AlertRecord> alerts)
        implements JournalEvent {
    /** The version written. */
    public static final int VERSION = 1;
}
