package io.pharos.sharding.placement;

import com.typesafe.config.Config;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which nodes host which kind of entity; the others only know the way to it.
 *
 * @param roleByType the cluster role by the name of an entity type; a type that is not in it runs on every node
 */
record PlacementSettings(Map<String, String> roleByType) {
    private static final String PATH = "pharos.placement.roles";

    /** Reads {@code pharos.placement.roles}, which is not for users: the node that starts us sets it. */
    static PlacementSettings of(Config config) {
        Map<String, String> roles = new HashMap<>();
        if (config.hasPath(PATH)) {
            config.getObject(PATH).forEach((type, role) -> roles.put(type, String.valueOf(role.unwrapped())));
        }
        return new PlacementSettings(Map.copyOf(roles));
    }

    Optional<String> role(String type) {
        return Optional.ofNullable(roleByType.get(type));
    }
}
