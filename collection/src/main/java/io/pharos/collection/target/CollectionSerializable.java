package io.pharos.collection.target;

/** What this module sends to other nodes; {@code pharos-collection-akka.conf} says how it is written. */
interface CollectionSerializable {}
