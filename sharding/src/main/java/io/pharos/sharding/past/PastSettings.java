package io.pharos.sharding.past;

import com.typesafe.config.Config;

/**
 * What older months of the catalogue may take.
 *
 * @param bytesMax memory of all of them on a node; one of them is held or read only up to a quarter of it
 */
public record PastSettings(long bytesMax) {
    /** Checks the bound. */
    public PastSettings {
        if (bytesMax <= 0) {
            throw new IllegalArgumentException(
                    "pharos.sharding.past.heap-share: a share of the heap above 0 and at most 1 is needed");
        }
    }

    /** Reads {@code pharos.sharding.past} out of a whole configuration. */
    public static PastSettings of(Config root) {
        double share = root.getDouble("pharos.sharding.past.heap-share");
        return new PastSettings(share > 1 ? 0 : (long) (Runtime.getRuntime().maxMemory() * share));
    }
}
