package io.pharos.collection;

import io.pharos.collection.ScrapeJob.FileDiscovery;
import io.pharos.collection.ScrapeJob.TargetGroup;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files of {@code file_sd_configs}. Blocks. */
public final class TargetFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TargetFiles.class);

    private TargetFiles() {}

    /**
     * The target groups of all files the jobs name now. Where a file cannot be read, the groups known of its discovery stay.
     *
     * @param known what the last reading gave
     */
    public static Map<FileDiscovery, List<TargetGroup>> readAll(
            List<ScrapeJob> jobs, Map<FileDiscovery, List<TargetGroup>> known) {
        Map<FileDiscovery, List<TargetGroup>> groups = new LinkedHashMap<>();
        for (ScrapeJob job : jobs) {
            for (FileDiscovery discovery : job.files()) {
                try {
                    groups.put(discovery, read(discovery));
                } catch (ConfigurationException e) {
                    LOG.warn("Targets of job {} stay as they are: {}", job.name(), e.getMessage());
                    groups.put(discovery, known.getOrDefault(discovery, List.of()));
                }
            }
        }
        return groups;
    }

    private static List<TargetGroup> read(FileDiscovery discovery) throws ConfigurationException {
        List<TargetGroup> groups = new ArrayList<>();
        for (String pattern : discovery.patterns()) {
            for (Path file : FilePatterns.matching(pattern)) {
                groups.addAll(YamlReader.read(
                        file,
                        root -> root.list().stream()
                                .map(group -> {
                                    TargetGroup read = ScrapeJobReader.group(group, file.toString());
                                    return new TargetGroup(
                                            read.targets(),
                                            read.labels().with("__meta_filepath", file.toString()),
                                            read.source());
                                })
                                .toList()));
            }
        }
        return List.copyOf(groups);
    }
}
