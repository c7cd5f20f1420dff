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

/**
 * What the files of {@code file_sd_configs} said when they were read.
 *
 * @param faults a line for each file that could not be read, which names it; its groups are those of the reading before
 */
public record TargetFiles(Map<FileDiscovery, List<TargetGroup>> groups, List<String> faults) {
    /** Nothing was read. */
    public static final TargetFiles NONE = new TargetFiles(Map.of(), List.of());

    /** The target groups of all files the jobs name now. Blocks. */
    public static TargetFiles read(List<ScrapeJob> jobs, TargetFiles before) {
        Map<FileDiscovery, List<TargetGroup>> groups = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        for (ScrapeJob job : jobs) {
            for (FileDiscovery discovery : job.files()) {
                List<TargetGroup> known = before.groups.getOrDefault(discovery, List.of());
                groups.put(discovery, groups(job.name(), discovery, known, faults));
            }
        }
        return new TargetFiles(groups, List.copyOf(faults));
    }

    private static List<TargetGroup> groups(
            String job, FileDiscovery discovery, List<TargetGroup> known, List<String> faults) {
        List<TargetGroup> groups = new ArrayList<>();
        for (String pattern : discovery.patterns()) {
            for (Path file : FilePatterns.matching(pattern)) {
                try {
                    groups.addAll(groups(file));
                } catch (ConfigurationException e) {
                    faults.add("targets of job " + job + " stay as they are: " + e.getMessage());
                    known.stream()
                            .filter(group -> group.source().equals(file.toString()))
                            .forEach(groups::add);
                }
            }
        }
        return List.copyOf(groups);
    }

    private static List<TargetGroup> groups(Path file) throws ConfigurationException {
        return YamlReader.read(
                file,
                root -> root.list().stream()
                        .map(group -> {
                            TargetGroup read = ScrapeJobReader.group(group, file.toString());
                            return new TargetGroup(
                                    read.targets(),
                                    read.labels().with("__meta_filepath", file.toString()),
                                    read.source());
                        })
                        .toList());
    }
}
