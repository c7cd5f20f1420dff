package io.pharos.collection.target;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that scraped samples cannot be written, and once that they can again. Thread-safe. */
final class WriteOutage {
    private static final Logger LOG = LoggerFactory.getLogger(WriteOutage.class);

    private final AtomicInteger lost = new AtomicInteger();

    /** A batch could not be written. */
    void failed(String reason) {
        if (lost.getAndIncrement() == 0) {
            LOG.warn("Scraped samples cannot be written: {}. They are lost until this ends.", reason);
        }
    }

    /** A batch was written. */
    void succeeded() {
        if (lost.get() != 0) {
            int batches = lost.getAndSet(0);
            if (batches > 0) {
                LOG.warn("Scraped samples are written again; {} scrapes were lost.", batches);
            }
        }
    }
}
