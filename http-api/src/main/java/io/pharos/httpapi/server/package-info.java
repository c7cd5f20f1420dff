/** From a request to the endpoint that answers it: routes, parameters, errors, cross-cutting headers. Knows no endpoint. */
@NullMarked
package io.pharos.httpapi.server;

import org.jspecify.annotations.NullMarked;
