package io.pharos.conf;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads YAML strictly: what a reader function does not ask for is an error, and every error knows its line and column. All
 * faults of a file are gathered before any is reported.
 */
public final class YamlReader {
    private static final int BYTES_MAX = 16 * 1024 * 1024;

    private YamlReader() {}

    /**
     * Reads a file.
     *
     * @param read turns the document into the caller's type, reporting faults on the values it is given
     */
    public static <T> T read(Path file, Function<YamlValue, T> read) throws ConfigurationException {
        String name = file.toString();
        String text;
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new ConfigurationException(
                        new ConfigurationError(name, 0, 0, "larger than " + BYTES_MAX + " bytes"));
            }
            text = Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException(new ConfigurationError(name, 0, 0, "cannot be read: " + reason(e)));
        }
        return read(name, text, read);
    }

    /** Reads a text; an empty document is an empty mapping. */
    public static <T> T read(String name, String text, Function<YamlValue, T> read) throws ConfigurationException {
        List<ConfigurationError> errors = new ArrayList<>();
        T result;
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            options.setMaxAliasesForCollections(1000);
            options.setCodePointLimit(BYTES_MAX);
            Node root = new Yaml(options).compose(new StringReader(text));
            YamlValue value = new YamlValue(name, root, "", errors);
            result = read.apply(value);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            int column = e.getProblemMark() == null ? 0 : e.getProblemMark().getColumn() + 1;
            throw new ConfigurationException(new ConfigurationError(name, line, column, "not YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            throw new ConfigurationException(new ConfigurationError(name, 0, 0, "not YAML: " + e.getMessage()));
        }
        if (!errors.isEmpty()) {
            throw new ConfigurationException(errors);
        }
        return result;
    }

    private static String reason(IOException e) {
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
