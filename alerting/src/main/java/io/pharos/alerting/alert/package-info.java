/** The states of one alerting rule's alerts and the actor that keeps them. No query and no receiver here. */
@NullMarked
package io.pharos.alerting.alert;

import org.jspecify.annotations.NullMarked;
