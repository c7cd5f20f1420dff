/** JMH benchmarks, one class a question, on the samples of simulated servers. No test, and nothing that others use. */
@NullMarked
package io.pharos.benchmarks;

import org.jspecify.annotations.NullMarked;
