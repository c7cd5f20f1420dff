package io.pharos.alerting.journal;

/** Marks what is written to the journal or sent between nodes: Jackson CBOR, bound in {@code pharos-alerting-akka.conf}. */
public interface AlertingSerializable {}
