package io.pharos.httpapi.status;

/**
 * Which build runs.
 *
 * @param revision the commit it was built from, or the empty string
 * @param branch the branch it was built from, or the empty string
 * @param buildDate when, as text, or the empty string
 */
public record BuildInfo(String version, String revision, String branch, String buildDate) {}
