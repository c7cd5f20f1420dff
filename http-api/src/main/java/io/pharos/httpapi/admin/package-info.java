/** The endpoints that operate a node: health, reload, checkpoint, draining, own metrics. */
@NullMarked
package io.pharos.httpapi.admin;

import org.jspecify.annotations.NullMarked;
