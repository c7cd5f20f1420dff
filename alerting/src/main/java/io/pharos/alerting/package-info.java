/** Rules, alerts, routing and receivers. Where answers come from is behind QueryService. */
@NullMarked
package io.pharos.alerting;

import org.jspecify.annotations.NullMarked;
