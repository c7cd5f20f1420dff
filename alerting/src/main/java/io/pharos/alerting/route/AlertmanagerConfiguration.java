package io.pharos.alerting.route;

import io.pharos.conf.ConfigurationException;
import io.pharos.conf.YamlReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code alertmanager.yml} says, as far as it is supported: the routing tree and its receivers.
 *
 * @param resolveTimeout after which an alert that names no end of its own is over
 * @param receivers by name; every receiver of the tree is there
 * @param original the text as it was read
 */
public record AlertmanagerConfiguration(
        Duration resolveTimeout, Route root, Map<String, Receiver> receivers, String original) {
    /** Reads a file strictly. */
    public static AlertmanagerConfiguration read(Path file) throws ConfigurationException {
        return YamlReader.read(file, value -> new AlertmanagerReader(value, text(file)).read());
    }

    /** Reads a text strictly. */
    public static AlertmanagerConfiguration read(String name, String text) throws ConfigurationException {
        return YamlReader.read(name, text, value -> new AlertmanagerReader(value, text).read());
    }

    /** The receiver of a name. */
    public Optional<Receiver> receiver(String name) {
        return Optional.ofNullable(receivers.get(name));
    }

    private static String text(Path file) {
        try {
            return java.nio.file.Files.readString(file);
        } catch (java.io.IOException e) {
            return ""; // gone since it was parsed: the text is for display only
        }
    }
}
