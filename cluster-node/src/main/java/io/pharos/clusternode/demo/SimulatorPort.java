package io.pharos.clusternode.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where running simulators of this user tell the ports that take incidents: a file each, named by the process. */
public final class SimulatorPort {
    private static final String PREFIX = "simulator-";
    private static final String SUFFIX = ".port";

    private SimulatorPort() {}

    /** The file of a simulator in this process; its folder exists afterwards. */
    public static Path file() throws IOException {
        Files.createDirectories(folder());
        return folder().resolve(PREFIX + ProcessHandle.current().pid() + SUFFIX);
    }

    /** The files of simulators that still run, in the order of their process ids. */
    public static List<Path> running() throws IOException {
        List<Path> running = new ArrayList<>();
        if (Files.isDirectory(folder())) {
            try (Stream<Path> files = Files.list(folder())) {
                files.filter(SimulatorPort::isRunning).forEach(running::add);
            }
        }
        running.sort(Comparator.comparingLong(SimulatorPort::pid));
        return running;
    }

    private static boolean isRunning(Path file) {
        return ProcessHandle.of(pid(file)).map(ProcessHandle::isAlive).orElse(false);
    }

    /** The process that a file is of; -1 where its name is another. */
    public static long pid(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            return name.startsWith(PREFIX) && name.endsWith(SUFFIX)
                    ? Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
                    : -1;
        } catch (NumberFormatException other) {
            return -1;
        }
    }

    private static Path folder() {
        return Path.of(System.getProperty("java.io.tmpdir"), "pharos-" + System.getProperty("user.name"));
    }
}
