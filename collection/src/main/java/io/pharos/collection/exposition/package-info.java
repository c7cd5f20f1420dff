/** The text formats targets expose: Prometheus text and OpenMetrics, read from bytes. No labels of targets, no relabelling. */
@NullMarked
package io.pharos.collection.exposition;

import org.jspecify.annotations.NullMarked;
