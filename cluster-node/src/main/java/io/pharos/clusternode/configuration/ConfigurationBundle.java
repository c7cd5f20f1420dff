package io.pharos.clusternode.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.conf.ConfigurationError;
import io.pharos.conf.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a configuration as they stood in the files of the node that set it: what the cluster keeps, so that a node without
 * files of its own can run the same rules.
 *
 * @param prometheus the text of prometheus.yml, or null for none
 * @param rules the rule files by the name they were found under
 * @param alertmanager the text of alertmanager.yml, or null for none
 */
public record ConfigurationBundle(
        @JsonProperty("prometheus") @Nullable String prometheus,
        @JsonProperty("rules") Map<String, String> rules,
        @JsonProperty("alertmanager") @Nullable String alertmanager) {
    /** A configuration without any file. */
    public static final ConfigurationBundle EMPTY = new ConfigurationBundle(null, Map.of(), null);

    private static final ObjectMapper JSON = new ObjectMapper();

    public ConfigurationBundle {
        rules = new TreeMap<>(rules);
    }

    /** Reads the texts of files. */
    public static ConfigurationBundle read(
            Optional<Path> prometheusFile, List<Path> ruleFiles, Optional<Path> alertmanagerFile)
            throws ConfigurationException {
        Map<String, String> rules = new TreeMap<>();
        for (Path file : ruleFiles) {
            rules.put(file.toString(), text(file));
        }
        return new ConfigurationBundle(
                prometheusFile.isPresent() ? text(prometheusFile.get()) : null,
                rules,
                alertmanagerFile.isPresent() ? text(alertmanagerFile.get()) : null);
    }

    private static String text(Path file) throws ConfigurationException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException(
                    new ConfigurationError(file.toString(), 0, 0, "cannot be read: " + e.getMessage()));
        }
    }

    /** The stored form: a JSON object, keys sorted, so that equal configurations are equal bytes. */
    public ByteBuffer toBytes() {
        try {
            return ByteBuffer.wrap(JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }

    /** Reads the stored form back. */
    public static ConfigurationBundle ofBytes(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        try {
            return JSON.readValue(copy, ConfigurationBundle.class);
        } catch (IOException e) {
            throw new IllegalStateException("the stored configuration cannot be read: " + e.getMessage(), e);
        }
    }
}
