/** Writing JSON as Prometheus writes it: numbers, times, labels, the envelope, in portions. No HTTP here. */
@NullMarked
package io.pharos.httpapi.json;

import org.jspecify.annotations.NullMarked;
