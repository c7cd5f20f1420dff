/** Everything that brings samples in: wire formats, scraping, relabelling. Where they go is behind SampleSink. */
@NullMarked
package io.pharos.collection;

import org.jspecify.annotations.NullMarked;
