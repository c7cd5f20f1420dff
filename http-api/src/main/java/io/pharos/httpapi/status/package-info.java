/** The endpoints that tell how things stand: rules, alerts, targets, metadata, the node itself. Decides nothing. */
@NullMarked
package io.pharos.httpapi.status;

import org.jspecify.annotations.NullMarked;
