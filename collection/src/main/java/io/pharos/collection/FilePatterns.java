package io.pharos.collection;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Paths of a configuration: relative to its file, with patterns in any element. Blocks. */
final class FilePatterns {
    private static final int FILES_MAX = 10_000;

    private FilePatterns() {}

    /** A path seen from the folder of a configuration file. */
    static String absolute(Path configuration, String path) {
        Path folder = configuration.toAbsolutePath().getParent();
        return path.startsWith("/") || folder == null ? path : folder + "/" + path;
    }

    /**
     * The files a pattern names now, sorted; none is no error, but a path without a pattern is given back as it is.
     *
     * @throws IllegalArgumentException when the pattern is not one
     */
    static List<Path> matching(String pattern) {
        if (!isPattern(pattern)) {
            return List.of(Path.of(pattern));
        }
        List<Path> found = List.of(Path.of("/"));
        for (Path element : Path.of(pattern)) {
            List<Path> next = new ArrayList<>();
            for (Path folder : found) {
                if (!isPattern(element.toString())) {
                    if (Files.exists(folder.resolve(element))) {
                        next.add(folder.resolve(element));
                    }
                } else {
                    next.addAll(inside(folder, element.toString()));
                }
            }
            found = next;
        }
        return found.stream().filter(Files::isRegularFile).sorted().toList();
    }

    private static List<Path> inside(Path folder, String pattern) {
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + pattern + "' is not a file pattern", e);
        }
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> matcher.matches(entry.getFileName()))
                    .limit(FILES_MAX)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }
}
