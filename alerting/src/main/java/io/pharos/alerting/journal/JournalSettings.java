package io.pharos.alerting.journal;

import java.time.Duration;

/**
 * How patiently state is recorded.
 *
 * @param patience how long an answer may take before what was to be recorded is acted on anyway
 * @param patienceWhileAway the same, while the journal is known not to answer
 * @param snapshotEvery events between two snapshots
 * @param backoffMin the first wait before a failed journal is tried again
 * @param backoffMax the longest such wait
 * @param spoolBytesMax of one file in the spool
 * @param spoolTotalBytesMax of all files of this node's spool
 */
public record JournalSettings(
        Duration patience,
        Duration patienceWhileAway,
        int snapshotEvery,
        Duration backoffMin,
        Duration backoffMax,
        long spoolBytesMax,
        long spoolTotalBytesMax) {}
