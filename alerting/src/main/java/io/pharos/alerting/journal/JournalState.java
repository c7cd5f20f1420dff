package io.pharos.alerting.journal;

/** What a journal's events amount to; its form is on disk in snapshots. Immutable. */
public interface JournalState extends AlertingSerializable {
    /** That of the last event in it; 0 before the first. */
    long sequence();

    /** This state after one more event; an event of an unknown kind changes nothing but the sequence. */
    JournalState after(JournalEvent event);
}
