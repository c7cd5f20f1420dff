package io.pharos.collection.target;

import io.pharos.collection.ScrapeJob;
import io.pharos.collection.ScrapeJob.FileDiscovery;
import io.pharos.collection.ScrapeJob.TargetGroup;
import io.pharos.collection.target.TargetDefinitions.Definition;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The targets that jobs name, after relabelling: those to scrape and those dropped. Not thread-safe. */
final class TargetSelection {
    private static final Logger LOG = LoggerFactory.getLogger(TargetSelection.class);

    private final Map<FileDiscovery, List<TargetGroup>> fileGroups;
    private final int droppedMax;
    private final Map<String, Definition> definitions = new LinkedHashMap<>();
    private final List<TargetStatus.Dropped> dropped = new ArrayList<>();
    private int droppedCount;

    /** @param droppedMax how many dropped targets are kept; the others are only counted */
    TargetSelection(Map<FileDiscovery, List<TargetGroup>> fileGroups, int droppedMax) {
        this.fileGroups = fileGroups;
        this.droppedMax = droppedMax;
    }

    /** Adds a job's targets; of equal ones of different jobs the last counts. */
    void add(ScrapeJob job, boolean own) {
        List<TargetGroup> groups = new ArrayList<>(job.staticGroups());
        job.files().forEach(files -> groups.addAll(fileGroups.getOrDefault(files, List.of())));
        Map<String, ScrapeTarget> ofJob = new LinkedHashMap<>();
        for (TargetGroup group : groups) {
            for (String address : group.targets()) {
                Labels discovered = TargetResolver.discovered(job, group.labels(), address);
                Optional<ScrapeTarget> target = resolve(job, discovered);
                if (target.isPresent()) {
                    ofJob.putIfAbsent(target.get().key(), target.get());
                } else if (droppedCount++ < droppedMax) {
                    dropped.add(new TargetStatus.Dropped(discovered, job.name()));
                }
            }
        }
        int limit = job.limits().targets();
        Optional<String> error = limit > 0 && ofJob.size() > limit
                ? Optional.of("the target_limit of " + limit + " is exceeded")
                : Optional.empty();
        ofJob.forEach((key, target) -> definitions.put(key, new Definition(target, error, own)));
    }

    private static Optional<ScrapeTarget> resolve(ScrapeJob job, Labels discovered) {
        try {
            return TargetResolver.resolve(job, discovered);
        } catch (IllegalArgumentException e) {
            LOG.warn("Target {} of job {} is left out: {}", discovered, job.name(), e.getMessage());
            return Optional.empty();
        }
    }

    Map<String, Definition> definitions() {
        return definitions;
    }

    List<TargetStatus.Dropped> dropped() {
        return List.copyOf(dropped);
    }

    int droppedCount() {
        return droppedCount;
    }
}
