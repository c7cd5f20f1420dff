package io.pharos.alerting.evaluate;

import java.time.Duration;

/**
 * How rule groups run.
 *
 * @param appendPatience how long written series may take before the next rule is evaluated
 * @param keepAlive the time between two checks that every group runs
 * @param statusTimeout how long a group's status may take
 */
public record EvaluationSettings(Duration appendPatience, Duration keepAlive, Duration statusTimeout) {}
