package io.pharos.collection.target;

import java.util.List;

/**
 * All targets at one moment.
 *
 * @param dropped those that relabelling dropped, a limited number
 * @param droppedCount all of them
 */
public record ScrapeTargets(List<TargetStatus> active, List<TargetStatus.Dropped> dropped, int droppedCount) {}
