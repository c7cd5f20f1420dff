/** Rule groups as cluster actors: ticks, queries and the series rules write. No state of alerts is decided here. */
@NullMarked
package io.pharos.alerting.evaluate;

import org.jspecify.annotations.NullMarked;
