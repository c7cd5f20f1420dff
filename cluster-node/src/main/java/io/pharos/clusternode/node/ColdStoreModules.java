package io.pharos.clusternode.node;

import io.pharos.timeseries.store.ColdStoreProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/**
 * Finds adapters of cold stores that are modules: on the class path, or in a folder {@code cold-KIND} with their libraries, which
 * nothing loads, and nothing else meets, unless the kind is configured.
 */
final class ColdStoreModules {
    private static final Pattern KIND = Pattern.compile("[a-z0-9-]+");

    private ColdStoreModules() {}

    /**
     * The adapter of a kind; empty where there is none.
     *
     * @param lib where the folders of modules are
     * @throws IOException where there is a folder, but no adapter that can be loaded in it
     */
    static Optional<ColdStoreProvider> find(String kind, Path lib) throws IOException {
        ClassLoader ours = ColdStoreModules.class.getClassLoader();
        Optional<ColdStoreProvider> near = loaded(kind, ours, "the class path");
        Path folder = lib.resolve("cold-" + kind);
        if (near.isPresent() || !KIND.matcher(kind).matches() || !Files.isDirectory(folder)) {
            return near;
        }
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : files) {
                jars.add(jar.toUri().toURL());
            }
        }
        // Never closed: the store needs its classes as long as the process runs.
        ClassLoader theirs = new URLClassLoader("cold-" + kind, jars.toArray(URL[]::new), ours);
        Optional<ColdStoreProvider> found = loaded(kind, theirs, folder.toString());
        if (found.isEmpty()) {
            throw new IOException(folder + " has no adapter of cold stores of kind " + kind);
        }
        return found;
    }

    private static Optional<ColdStoreProvider> loaded(String kind, ClassLoader loader, String place)
            throws IOException {
        try {
            return ServiceLoader.load(ColdStoreProvider.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(provider -> provider.kind().equals(kind))
                    .findFirst();
        } catch (ServiceConfigurationError | LinkageError broken) {
            throw new IOException("the adapters of cold stores in " + place + " cannot be loaded: " + broken, broken);
        }
    }
}
