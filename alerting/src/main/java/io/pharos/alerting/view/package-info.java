/** What rules, alerts and notifications look like from outside. No behaviour here. */
@NullMarked
package io.pharos.alerting.view;

import org.jspecify.annotations.NullMarked;
