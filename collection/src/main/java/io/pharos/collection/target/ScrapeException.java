package io.pharos.collection.target;

/** A scrape that brought nothing usable; the message is shown as the target's last error. */
final class ScrapeException extends Exception {
    private static final long serialVersionUID = 1;

    ScrapeException(String message) {
        super(message);
    }
}
