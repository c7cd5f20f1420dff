/** alertmanager.yml: routes, receivers and which alert goes where. Nothing is sent here. */
@NullMarked
package io.pharos.alerting.route;

import org.jspecify.annotations.NullMarked;
