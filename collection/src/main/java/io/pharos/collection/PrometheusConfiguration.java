package io.pharos.collection;

import io.pharos.conf.ConfigurationError;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ordinary {@code prometheus.yml}, read strictly.
 *
 * @param text the file as it was read
 * @param rulePatterns {@code rule_files} as absolute paths, which may hold patterns
 * @param ruleFiles the files those name at the time of reading, each once, in order
 * @param warnings known keys that are not supported yet, where that was tolerated
 */
public record PrometheusConfiguration(
        Path file,
        String text,
        GlobalSettings global,
        List<String> rulePatterns,
        List<Path> ruleFiles,
        List<ScrapeJob> jobs,
        List<ConfigurationError> warnings) {
    /** Nothing to scrape and no rule: what holds without a file. */
    public static final PrometheusConfiguration EMPTY = new PrometheusConfiguration(
            Path.of("prometheus.yml"), "", GlobalSettings.DEFAULT, List.of(), List.of(), List.of(), List.of());

    /** Reads a file; a known key that is not supported yet is an error. Blocks. */
    public static PrometheusConfiguration read(Path file) throws ConfigurationException {
        return read(file, false);
    }

    /**
     * Reads a file. Blocks.
     *
     * @param tolerateUnsupported report known keys that are not supported yet as warnings
     */
    public static PrometheusConfiguration read(Path file, boolean tolerateUnsupported) throws ConfigurationException {
        try {
            return read(file, Files.readString(file), tolerateUnsupported);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    new ConfigurationError(file.toString(), 0, 0, "cannot be read: there is no such file"));
        } catch (IOException e) {
            throw new ConfigurationException(
                    new ConfigurationError(file.toString(), 0, 0, "cannot be read: " + e.getMessage()));
        }
    }

    /**
     * Reads a text, such as the cluster keeps. Blocks, where it names rule files.
     *
     * @param file what the text is called in faults, and where its relative paths begin
     */
    public static PrometheusConfiguration read(Path file, String text, boolean tolerateUnsupported)
            throws ConfigurationException {
        List<ConfigurationError> warnings = new ArrayList<>();
        PrometheusConfigurationReader reader = new PrometheusConfigurationReader(file, tolerateUnsupported, warnings);
        PrometheusConfiguration read = YamlReader.read(file.toString(), text, reader::read);
        return new PrometheusConfiguration(
                file, text, read.global, read.rulePatterns, read.ruleFiles, read.jobs, List.copyOf(warnings));
    }
}
