package io.pharos.collection.target;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** The name others reach this node by, for links to targets on loopback. */
final class NodeName {
    private static final String NAME = find();

    private NodeName() {}

    private static String find() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** An address with a loopback host replaced by this node's name. */
    static String global(URI url) {
        String host = url.getHost();
        if (host == null || !(host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"))) {
            return url.toString();
        }
        return url.toString().replaceFirst(java.util.regex.Pattern.quote("://" + host), "://" + NAME);
    }
}
