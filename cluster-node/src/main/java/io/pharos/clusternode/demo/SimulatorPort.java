package io.pharos.clusternode.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a running simulator of this user tells the port that takes incidents. */
public final class SimulatorPort {
    private SimulatorPort() {}

    /** The file; its folder exists afterwards. */
    public static Path file() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"), "pharos-" + System.getProperty("user.name"));
        Files.createDirectories(folder);
        return folder.resolve("simulator.port");
    }
}
