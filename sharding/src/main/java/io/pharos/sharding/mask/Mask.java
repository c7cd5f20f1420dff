package io.pharos.sharding.mask;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import java.util.UUID;

/**
 * A deletion in one shard: of series that any of its selectors matches it hides the samples of a stretch of time that were admitted
 * before it. Immutable.
 *
 * <p>What was admitted before is in chunks of a lower place (epoch, sequence), and in rows of points up to its epoch and {@code
 * rollUps}, which are numbered for themselves.
 *
 * @param id of the request, the same in every shard
 * @param epoch of the owner that made it
 * @param sequence a number of that epoch's chunks which no chunk has
 * @param rollUps the highest number that a piece of points of that epoch had when the mask was made
 * @param selectors one at least, each of one matcher at least
 * @param fromMillis inclusive
 * @param toMillis inclusive
 * @param createdMillis when it was asked for
 */
public record Mask(
        UUID id,
        long epoch,
        int sequence,
        int rollUps,
        List<List<LabelMatcher>> selectors,
        long fromMillis,
        long toMillis,
        long createdMillis) {
    /** Copies the lists. */
    public Mask {
        selectors = selectors.stream().map(List::copyOf).toList();
    }

    /** Whether a series is one of those deleted. */
    public boolean matches(Labels labels) {
        for (List<LabelMatcher> matchers : selectors) {
            if (all(matchers, labels)) {
                return true;
            }
        }
        return false;
    }

    private static boolean all(List<LabelMatcher> matchers, Labels labels) {
        for (LabelMatcher matcher : matchers) {
            String value = labels.get(matcher.name());
            if (!matcher.matches(value == null ? "" : value)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a chunk was sealed of what was admitted before. */
    boolean isAfterChunk(long chunkEpoch, int chunkSequence) {
        return chunkEpoch < epoch || chunkEpoch == epoch && chunkSequence < sequence;
    }

    /** Whether a row of points was made of samples that this does not hide from it. */
    boolean isAfterPoints(long rowEpoch, int rowSequence) {
        return rowEpoch < epoch || rowEpoch == epoch && rowSequence <= rollUps;
    }

    /** Whether this hides all that another one hides. */
    boolean covers(Mask other) {
        return isAfterChunk(other.epoch, other.sequence)
                && rollUpsCover(other)
                && fromMillis <= other.fromMillis
                && toMillis >= other.toMillis
                && selectors.containsAll(other.selectors);
    }

    private boolean rollUpsCover(Mask other) {
        return other.epoch < epoch || other.epoch == epoch && other.rollUps <= rollUps;
    }
}
