package io.pharos.alerting.journal;

/** What every recorder of a node shares. */
public record JournalDeps(JournalSettings settings, JournalHealth health, Spool spool) {}
