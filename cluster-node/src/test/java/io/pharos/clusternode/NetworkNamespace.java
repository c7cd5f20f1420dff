package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of its own on this machine, as if it were another host: two wires lead to it, one for nodes to talk over and one to the
 * store, so that either can be pulled. Only root may make one.
 */
final class NetworkNamespace implements AutoCloseable {
    private static final String PREFIX = "pharos-it-";
    private static final String NODES = "nodes";
    private static final String STORE = "store";

    private final String name;
    private final String net;

    private NetworkNamespace(long pid) {
        this.name = PREFIX + pid;
        // Private addresses that two builds beside each other do not share.
        this.net = "10." + (200 + pid / 250 % 50) + "." + pid % 250 + ".";
    }

    /** Makes it, with both wires whole. What a test left behind whose process was killed is cleared away first. */
    static NetworkNamespace create() throws IOException, InterruptedException {
        for (String line : ip("netns", "list").lines().toList()) {
            String left = line.strip().split(" ", 2)[0];
            if (left.startsWith(PREFIX)
                    && ProcessHandle.of(Long.parseLong(left.substring(PREFIX.length())))
                            .isEmpty()) {
                ip("netns", "del", left);
            }
        }
        NetworkNamespace made = new NetworkNamespace(ProcessHandle.current().pid());
        try {
            ip("netns", "add", made.name);
            ip("-n", made.name, "link", "set", "lo", "up");
            made.wire(NODES, 1);
            made.wire(STORE, 5);
            return made;
        } catch (IOException | InterruptedException | AssertionError failure) {
            made.close();
            throw failure;
        }
    }

    private void wire(String kind, int first) throws IOException, InterruptedException {
        ip("link", "add", here(kind), "type", "veth", "peer", "name", kind, "netns", name);
        ip("addr", "add", net + first + "/30", "dev", here(kind));
        ip("link", "set", here(kind), "up");
        ip("-n", name, "addr", "add", net + (first + 1) + "/30", "dev", kind);
        ip("-n", name, "link", "set", kind, "up");
    }

    /** An interface has at most 15 letters. */
    private String here(String kind) {
        return "ph" + name.substring(PREFIX.length()) + kind.charAt(0);
    }

    /** The address of this side for nodes. */
    String nodesHere() {
        return net + 1;
    }

    /** The address of the other side for nodes. */
    String nodesThere() {
        return net + 2;
    }

    /** The address of this side where the other one finds the store. */
    String storeHere() {
        return net + 5;
    }

    /** What makes a command run on the other side. */
    List<String> there() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Pulls the wire between the nodes out of the other side. */
    void cutNodes() throws IOException, InterruptedException {
        ip("-n", name, "link", "set", NODES, "down");
    }

    /** Puts it in again. */
    void healNodes() throws IOException, InterruptedException {
        ip("-n", name, "link", "set", NODES, "up");
    }

    private static String ip(String... arguments) throws IOException, InterruptedException {
        ClientProgram.Finished done = ClientProgram.run("", "ip", "iproute2", arguments);
        List<String> said = new ArrayList<>(List.of("ip"));
        said.addAll(List.of(arguments));
        assertThat(done.code())
                .as("only root may do this: " + String.join(" ", said) + ": " + done.output())
                .isZero();
        return done.output();
    }

    /** Takes both wires away with it; processes in it must have ended. */
    @Override
    public void close() throws IOException {
        try {
            ClientProgram.run("", "ip", "iproute2", "netns", "del", name);
            // The kernel may let go of the wires a little later.
            ClientProgram.run("", "ip", "iproute2", "link", "del", here(NODES));
            ClientProgram.run("", "ip", "iproute2", "link", "del", here(STORE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
