/** What a query costs, over HTTP, beside installed peers that hold the same samples. No JMH here. */
@NullMarked
package io.pharos.benchmarks.queries;

import org.jspecify.annotations.NullMarked;
