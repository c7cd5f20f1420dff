package io.pharos.clusternode.node;

import com.typesafe.config.Config;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.persistence.cold.DirectoryColdStore;
import io.pharos.sharding.cold.Cold;
import io.pharos.sharding.cold.ColdSettings;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.ColdStoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the store of the cold tier as {@code pharos.storage.cold} says. */
final class ColdTierStore {
    private static final Logger LOG = LoggerFactory.getLogger(ColdTierStore.class);
    private static final String PATH = "pharos.storage.cold";
    private static final Path LIB = Path.of(System.getProperty("pharos.home", "."), "lib");

    private ColdTierStore() {}

    /** The cold tier, if it is turned on; what is wrong is a {@link CommandFailure} that says where. */
    static Optional<Cold> open(Config config, TierRules tiers, InstantSource clock) {
        Config cold = config.getConfig(PATH);
        String kind = cold.getString("kind");
        if (kind.equals("none")) {
            return Optional.empty();
        }
        try {
            ColdSettings settings = ColdSettings.of(config);
            settings.check(tiers);
            ColdStore store = store(cold, kind, clock);
            LOG.info("raw samples older than their retention are kept in {}", store);
            return Optional.of(new Cold(store, settings));
        } catch (IllegalArgumentException | IOException wrong) {
            throw new CommandFailure(wrong.getMessage() + " (" + where(cold, "kind") + ")");
        }
    }

    private static ColdStore store(Config cold, String kind, InstantSource clock) throws IOException {
        if (kind.equals("directory")) {
            String folder = cold.getString("directory");
            if (folder.isEmpty()) {
                throw new CommandFailure(PATH + ".directory names no folder (" + where(cold, "directory") + ")");
            }
            return DirectoryColdStore.open(Path.of(folder), clock);
        }
        ColdStoreProvider provider = ColdStoreModules.find(kind, LIB)
                .orElseThrow(() -> new CommandFailure(PATH + ".kind is '" + kind
                        + "': there are none, directory and s3, and what has a module in " + LIB + "/cold-KIND ("
                        + where(cold, "kind") + ")"));
        return provider.open(block(cold, kind));
    }

    /** The settings of a module, as text; its own block, or none. */
    private static Map<String, String> block(Config cold, String kind) {
        Map<String, String> texts = new HashMap<>();
        if (cold.hasPath(kind)) {
            cold.getConfig(kind).root().unwrapped().forEach((key, value) -> texts.put(key, String.valueOf(value)));
        }
        return texts;
    }

    private static String where(Config cold, String key) {
        return cold.getValue(key).origin().description();
    }
}
