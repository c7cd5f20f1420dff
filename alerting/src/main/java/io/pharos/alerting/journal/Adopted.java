package io.pharos.alerting.journal;

/**
 * The owner of a journal has recorded what another process left behind.
 *
 * @param file of the spool it was in
 * @param part of its content, counted from 0
 */
public record Adopted(String file, int part) implements AlertingSerializable {}
