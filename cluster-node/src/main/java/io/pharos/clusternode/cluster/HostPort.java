package io.pharos.clusternode.cluster;

import akka.actor.Address;
import io.pharos.clusternode.program.CommandFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A cluster address as people write it, {@code host:port}. */
public record HostPort(String host, int port) {
    /**
     * Parses one.
     *
     * @throws CommandFailure that says what it should look like
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon < 1) {
                throw new NumberFormatException();
            }
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 1 || port > 65_535) {
                throw new NumberFormatException();
            }
            return new HostPort(text.substring(0, colon), port);
        } catch (NumberFormatException e) {
            throw new CommandFailure(
                    "'" + text + "' is not the cluster address of a node, HOST:PORT (its HTTP port + 8000)", e);
        }
    }

    /** As Akka writes it. */
    Address address(String system) {
        return new Address("akka", system, host, port);
    }

    /** Whether nobody listens there; true only where the host says so, not where nothing answers. */
    boolean isRefused(int patienceMillis) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), patienceMillis);
            return false;
        } catch (java.net.ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
