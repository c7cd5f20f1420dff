/** Prometheus remote write: a request body becomes a batch of samples. What is done with the batch is not known here. */
@NullMarked
package io.pharos.collection.wire.remotewrite;

import org.jspecify.annotations.NullMarked;
