/** A small receiver that prints what Alertmanager's webhooks say; sends nothing. */
@NullMarked
package io.pharos.simulation.webhook;

import org.jspecify.annotations.NullMarked;
