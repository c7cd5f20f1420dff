/** The ports of storing, in keys, times and bytes; adapters live in the module persistence. No technology is named here. */
@NullMarked
package io.pharos.timeseries.store;

import org.jspecify.annotations.NullMarked;
