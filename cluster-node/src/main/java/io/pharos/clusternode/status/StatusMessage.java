package io.pharos.clusternode.status;

/** Marks what nodes send each other about their status: Jackson CBOR, bound in {@code pharos-akka.conf}. */
public interface StatusMessage {}
