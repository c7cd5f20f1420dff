package io.pharos.clusternode.cluster;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.httpapi.HttpApiSettings;
import io.pharos.httpapi.security.AccessTokens;
import java.util.Optional;

/** The token this node shows where it is itself a client of a node. */
public final class NodeToken {
    private NodeToken() {}

    /**
     * The token of the settings' file; none without a file. Blocks.
     *
     * @throws CommandFailure when the file cannot be used
     */
    public static Optional<String> of(HttpApiSettings settings) {
        try {
            return settings.tokenFile().map(AccessTokens::first);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("pharos.http.token-file: " + e.getMessage(), e);
        }
    }
}
