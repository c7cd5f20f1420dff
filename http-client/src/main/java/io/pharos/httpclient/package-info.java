/** Outgoing HTTP with the options of Prometheus' http_config behind one port. No route and no protocol of a receiver is known here. */
@NullMarked
package io.pharos.httpclient;

import org.jspecify.annotations.NullMarked;
