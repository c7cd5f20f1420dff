package io.pharos.collection.target;

import java.util.Locale;

/** How a target's last scrape went. */
public enum TargetHealth {
    /** Not scraped yet. */
    UNKNOWN,
    UP,
    DOWN;

    /** The word Prometheus' HTTP API uses. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
