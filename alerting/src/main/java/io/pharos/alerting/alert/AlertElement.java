package io.pharos.alerting.alert;

import java.util.Map;

/**
 * One element of an alerting rule's result, its templates expanded.
 *
 * @param labels what identifies the alert; sorted
 */
public record AlertElement(Map<String, String> labels, Map<String, String> annotations, double value) {}
