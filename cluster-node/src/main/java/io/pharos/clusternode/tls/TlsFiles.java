package io.pharos.clusternode.tls;

import com.typesafe.config.Config;
import io.pharos.clusternode.program.CommandFailure;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The PEM files by which nodes know each other.
 *
 * @param authority the certificate that signed those of all nodes
 * @param certificate this node's
 * @param key the private key to it
 */
public record TlsFiles(Path authority, Path certificate, Path key) {
    /**
     * Reads {@code pharos.cluster.tls}; empty where nodes talk in clear.
     *
     * @throws CommandFailure where only some of the files are named
     */
    public static Optional<TlsFiles> of(Config config) {
        Config tls = config.getConfig("pharos.cluster.tls");
        String authority = tls.getString("ca");
        String certificate = tls.getString("certificate");
        String key = tls.getString("key");
        if (authority.isEmpty() && certificate.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (authority.isEmpty() || certificate.isEmpty() || key.isEmpty()) {
            throw new CommandFailure("pharos.cluster.tls needs all of ca, certificate and key, or none of them");
        }
        return Optional.of(new TlsFiles(
                Path.of(authority).toAbsolutePath(),
                Path.of(certificate).toAbsolutePath(),
                Path.of(key).toAbsolutePath()));
    }
}
