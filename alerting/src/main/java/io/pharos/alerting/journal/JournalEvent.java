package io.pharos.alerting.journal;

/** A fact to be recorded; its form is on disk, so each has a version and a golden file. */
public interface JournalEvent extends AlertingSerializable {
    /** Higher than that of every earlier event of the same journal: what was recorded already is not recorded again. */
    long sequence();
}
