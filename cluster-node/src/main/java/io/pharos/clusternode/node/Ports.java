package io.pharos.clusternode.node;

import io.pharos.clusternode.program.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds a taken port before anything slow is started. */
public final class Ports {
    private Ports() {}

    /**
     * Checks that a port can be listened on.
     *
     * @throws CommandFailure that names the port, its use and the way out
     */
    public static void requireFree(String host, int port, String use) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new CommandFailure(
                    "port " + port + " (" + use + ") on " + host + " is taken: " + e.getMessage()
                            + "; --port moves all ports of a node",
                    e);
        }
    }

    /**
     * Checks that an address is loopback, or that another one is meant.
     *
     * @param isMeant whether clients show a token, or the user wants none
     * @throws CommandFailure that says what to do
     */
    public static void requireMeant(String host, boolean isMeant) {
        if (!isMeant && !isLoopback(host)) {
            throw new CommandFailure("listening on " + host
                    + " would let anybody who reaches it read and write; give all nodes one token (--token-file), or"
                    + " add --insecure-listen if that is meant");
        }
    }

    /**
     * Whether an address is one of loopback.
     *
     * @throws CommandFailure when it is no address
     */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException e) {
            throw new CommandFailure("'" + host + "' is not an address of this machine: " + e.getMessage(), e);
        }
    }
}
