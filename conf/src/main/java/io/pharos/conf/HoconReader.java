package io.pharos.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads Pharos' own settings: the commented defaults of this module, a user's file and the command line above them. A key below
 * {@code pharos} that the defaults do not know is an error with its line and the nearest known key; so is a value of the wrong
 * kind.
 */
public final class HoconReader {
    private static final String ROOT = "pharos";

    private HoconReader() {}

    /** The defaults alone, as shipped. */
    public static Config defaults() {
        return ConfigFactory.parseResourcesAnySyntax(
                        HoconReader.class.getClassLoader(),
                        "pharos/reference.conf",
                        ConfigParseOptions.defaults().setAllowMissing(false))
                .resolve();
    }

    /** The defaults under a user's file. */
    public static Config read(Path file) throws ConfigurationException {
        if (!Files.isReadable(file)) {
            throw new ConfigurationException(
                    new ConfigurationError(file.toString(), 0, 0, "there is no such file, or it cannot be read"));
        }
        try {
            Config user = ConfigFactory.parseFile(
                    file.toFile(),
                    ConfigParseOptions.defaults().setAllowMissing(false).setOriginDescription(file.toString()));
            return over(file.toString(), user);
        } catch (ConfigException e) {
            throw new ConfigurationException(fault(file.toString(), e));
        }
    }

    /** The defaults under a text, such as settings given on the command line. */
    public static Config read(String name, String text) throws ConfigurationException {
        try {
            return over(name, ConfigFactory.parseString(text));
        } catch (ConfigException e) {
            throw new ConfigurationException(fault(name, e));
        }
    }

    private static Config over(String name, Config user) throws ConfigurationException {
        Config defaults = defaults();
        List<ConfigurationError> errors = new ArrayList<>();
        ConfigObject known = defaults.getObject(ROOT);
        for (Map.Entry<String, ConfigValue> entry : user.root().entrySet()) {
            String key = entry.getKey();
            if (key.equals(ROOT)) {
                compare(name, ROOT, entry.getValue(), known, errors);
            } else if (!key.equals("akka") && !key.equals("datastax-java-driver")) {
                errors.add(error(
                        name,
                        entry.getValue(),
                        "unknown key '" + key + "'" + NearestKey.hint(key, List.of(ROOT, "akka"))));
            }
        }
        if (!errors.isEmpty()) {
            throw new ConfigurationException(errors);
        }
        return user.withFallback(defaults).resolve();
    }

    private static void compare(
            String name, String path, ConfigValue given, ConfigValue known, List<ConfigurationError> errors) {
        if (known instanceof ConfigObject knownObject) {
            if (!(given instanceof ConfigObject givenObject)) {
                errors.add(error(name, given, "'" + path + "' holds settings, it has no value of its own"));
                return;
            }
            for (Map.Entry<String, ConfigValue> entry : givenObject.entrySet()) {
                ConfigValue below = knownObject.get(entry.getKey());
                String belowPath = path + "." + entry.getKey();
                if (below == null) {
                    String hint = NearestKey.to(entry.getKey(), knownObject.keySet())
                            .map(key -> "; did you mean '" + path + "." + key + "'?")
                            .orElse("");
                    errors.add(error(name, entry.getValue(), "unknown key '" + belowPath + "'" + hint));
                } else {
                    compare(name, belowPath, entry.getValue(), below, errors);
                }
            }
        } else if (kindDiffers(given, known)) {
            errors.add(error(name, given, "'" + path + "' must be a " + kind(known) + ", not a " + kind(given)));
        }
    }

    private static boolean kindDiffers(ConfigValue given, ConfigValue known) {
        boolean givenComposite =
                given.valueType() == ConfigValueType.LIST || given.valueType() == ConfigValueType.OBJECT;
        boolean knownComposite = known.valueType() == ConfigValueType.LIST;
        if (given.valueType() == ConfigValueType.NULL || knownComposite != givenComposite) {
            return true;
        }
        return switch (known.valueType()) {
            case NUMBER -> !isNumber(given);
            case BOOLEAN ->
                !List.of("true", "false", "on", "off", "yes", "no").contains(String.valueOf(given.unwrapped()));
            default -> false;
        };
    }

    private static boolean isNumber(ConfigValue value) {
        try {
            Double.parseDouble(String.valueOf(value.unwrapped()));
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String kind(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "group of settings";
            case LIST -> "list";
            case NUMBER -> "number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case STRING -> "text";
        };
    }

    private static ConfigurationError error(String name, ConfigValue value, String message) {
        return new ConfigurationError(name, Math.max(0, value.origin().lineNumber()), 0, message);
    }

    private static ConfigurationError fault(String name, ConfigException e) {
        int line = e.origin() == null ? 0 : Math.max(0, e.origin().lineNumber());
        String message = String.valueOf(e.getMessage());
        int colon = message.indexOf(": ");
        return new ConfigurationError(name, line, 0, colon > 0 ? message.substring(colon + 2) : message);
    }
}
