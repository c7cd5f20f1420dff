/** Bodies of imports, line by line: JSON lines, Prometheus text, CSV; gathered by series into large batches. */
@NullMarked
package io.pharos.collection.bulk;

import org.jspecify.annotations.NullMarked;
