package io.pharos.collection.target;

import java.util.Map;
import java.util.Optional;

/** What this node's configuration says of each target, by key; written by the manager, read by every target. Thread-safe. */
final class TargetDefinitions {
    /**
     * One target of the configuration.
     *
     * @param forcedError why every scrape of it fails, where that is known from the start
     * @param own whether this node scrapes it whoever else does, and no other node knows it
     */
    record Definition(ScrapeTarget target, Optional<String> forcedError, boolean own) {}

    private volatile Map<String, Definition> byKey = Map.of();

    void replace(Map<String, Definition> definitions) {
        byKey = Map.copyOf(definitions);
    }

    /** What is said of a target; empty where the configuration does not name it. */
    Optional<Definition> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }
}
