/** Scraping: the Prometheus configuration, the targets it names, and one actor that scrapes each. */
@NullMarked
package io.pharos.collection.target;

import org.jspecify.annotations.NullMarked;
