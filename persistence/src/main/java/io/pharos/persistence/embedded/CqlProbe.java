package io.pharos.persistence.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Asks ports on loopback the two questions that matter: is it free, and does CQL answer there. */
final class CqlProbe {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final byte[] OPTIONS = {4, 0, 0, 0, 5, 0, 0, 0, 0};
    private static final int RESPONSE = 0x84;
    private static final int SUPPORTED = 6;

    private CqlProbe() {}

    /** Whether nobody listens on the port. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Whether a server answers an OPTIONS request as Cassandra does. */
    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.getOutputStream().write(OPTIONS);
            InputStream in = socket.getInputStream();
            byte[] header = in.readNBytes(OPTIONS.length);
            return header.length == OPTIONS.length && (header[0] & 0xff) == RESPONSE && header[4] == SUPPORTED;
        } catch (IOException notYet) {
            return false;
        }
    }
}
