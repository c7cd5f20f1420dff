package io.pharos.timeseries.index;

import io.pharos.timeseries.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * One selection while the index is locked for reading. It starts from the matcher with the fewest series among those whose
 * values can be listed; once few candidates are left, the other matchers are held against the candidates' own labels, which is
 * cheaper than any posting list.
 */
final class Selection {
    /** So few candidates are checked one by one. */
    private static final int CANDIDATES_FEW = 256;

    /**
     * So few are checked one by one where an expression would have to be run over a dictionary that has more values than they are; no more,
     * since the index is locked meanwhile.
     */
    private static final int CANDIDATES_SOME = 1024;

    private static final int[] NONE = {};

    private final LabelIndex index;
    private final List<LabelMatcher> open;
    private final MatchCache cache;
    private final Map<LabelMatcher, MatchCache.Matched> own;
    private @Nullable LabelMatcher wanted;

    Selection(
            LabelIndex index,
            List<LabelMatcher> matchers,
            MatchCache cache,
            Map<LabelMatcher, MatchCache.Matched> own) {
        this.index = index;
        this.own = own;
        this.open = new ArrayList<>(matchers);
        this.cache = cache;
    }

    /** The refs, ascending; null when {@link #wanted} must be run over its dictionary first. */
    int @Nullable [] run() {
        RoaringBitmap candidates = null;
        LabelMatcher least = leastListed();
        if (least != null) {
            open.remove(least);
            LabelDictionary dictionary = index.dictionaryOrNull(least.name());
            Set<String> literals = least.literals();
            if (dictionary == null || literals == null) {
                return NONE;
            }
            if (listedSize(dictionary, literals) <= CANDIDATES_FEW) {
                return filter(listed(dictionary, literals));
            }
            candidates = union(dictionary, literals);
        }
        open.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        while (!open.isEmpty()) {
            if (candidates != null && areFew(candidates.getCardinality(), open.get(0))) {
                return filter(candidates.toArray());
            }
            LabelMatcher next = open.remove(0);
            if (candidates == null) {
                candidates = index.allSeries();
            }
            if (!apply(next, candidates)) {
                return null;
            }
        }
        return candidates == null ? index.allSeries().toArray() : candidates.toArray();
    }

    /** Whether the candidates left are so few that they are held one by one against the matchers left, of which this one is next. */
    private boolean areFew(int left, LabelMatcher next) {
        if (left <= CANDIDATES_FEW) {
            return true;
        }
        LabelDictionary dictionary = index.dictionaryOrNull(next.name());
        if (left > CANDIDATES_SOME || dictionary == null || dictionary.size() <= left) {
            return false;
        }
        MatchCache.Matched known = own.get(next);
        if (known == null) {
            known = cache.get(next);
        }
        return next.literals() == null
                && !next.patternMatchesNonEmpty()
                && (known == null || !known.isCurrent(dictionary));
    }

    /** The expression that must be run over its dictionary before this selection can end. */
    @Nullable
    LabelMatcher wanted() {
        return wanted;
    }

    private @Nullable LabelMatcher leastListed() {
        LabelMatcher least = null;
        long leastSize = Long.MAX_VALUE;
        for (LabelMatcher matcher : open) {
            Set<String> literals = matcher.literals();
            if (literals == null || matcher.isNegative() || matcher.matchesEmpty()) {
                continue;
            }
            LabelDictionary dictionary = index.dictionaryOrNull(matcher.name());
            long size = dictionary == null ? 0 : listedSize(dictionary, literals);
            if (size < leastSize) {
                leastSize = size;
                least = matcher;
            }
        }
        return least;
    }

    private static long listedSize(LabelDictionary dictionary, Set<String> literals) {
        long size = 0;
        for (String literal : literals) {
            size += Postings.size(dictionary.postings(dictionary.find(literal)));
        }
        return size;
    }

    private static int[] listed(LabelDictionary dictionary, Set<String> literals) {
        if (literals.size() == 1) {
            return Postings.toArray(
                    dictionary.postings(dictionary.find(literals.iterator().next())));
        }
        return union(dictionary, literals).toArray();
    }

    private static RoaringBitmap union(LabelDictionary dictionary, Set<String> literals) {
        Postings.Union union = new Postings.Union();
        for (String literal : literals) {
            union.add(dictionary.postings(dictionary.find(literal)));
        }
        return union.result();
    }

    /** Matchers that need no expression come first: they may leave few candidates. */
    private static int rank(LabelMatcher matcher) {
        return matcher.literals() != null ? 0 : matcher.patternMatchesNonEmpty() ? 1 : 2;
    }

    /** Narrows the candidates; false when the matcher's expression must be run first. */
    private boolean apply(LabelMatcher matcher, RoaringBitmap candidates) {
        LabelDictionary dictionary = index.dictionaryOrNull(matcher.name());
        if (dictionary == null) {
            if (!matcher.matchesEmpty()) {
                candidates.clear();
            }
            return true;
        }
        boolean takesEmpty = matcher.matchesEmpty();
        boolean patternTakesEmpty = takesEmpty != matcher.isNegative();
        if (matcher.patternMatchesNonEmpty()) {
            if (!matcher.isNegative() && !takesEmpty) {
                candidates.and(index.seriesWith(dictionary));
            } else if (matcher.isNegative()) {
                if (takesEmpty) {
                    candidates.andNot(index.seriesWith(dictionary));
                } else {
                    candidates.clear();
                }
            }
            return true;
        }
        RoaringBitmap pattern = patternSeries(matcher, dictionary);
        if (pattern == null) {
            wanted = matcher;
            return false;
        }
        if (patternTakesEmpty) {
            RoaringBitmap others = index.seriesWith(dictionary);
            others.andNot(pattern);
            pattern = others;
        }
        // Now "pattern" has the series that the label's presence decides: to be kept alone, or to be taken out.
        if (takesEmpty) {
            candidates.andNot(pattern);
        } else {
            candidates.and(pattern);
        }
        return true;
    }

    /** The series whose value equals a literal or matches the expression; null when that is not known yet. */
    private @Nullable RoaringBitmap patternSeries(LabelMatcher matcher, LabelDictionary dictionary) {
        Set<String> literals = matcher.literals();
        if (literals != null) {
            return union(dictionary, literals);
        }
        MatchCache.Matched known = own.get(matcher);
        boolean again = known != null && !known.isCurrent(dictionary);
        if (known == null) {
            known = cache.get(matcher);
            if (known == null || !known.isCurrent(dictionary)) {
                return null;
            }
        }
        if (again) {
            // Values were recycled while it ran without the lock; once more with it, so that this ends.
            known = MatchCache.run(matcher, dictionary, dictionary.values, dictionary.used, dictionary.recycled, null);
        } else if (known.seen() < dictionary.used) {
            known = MatchCache.run(matcher, dictionary, dictionary.values, dictionary.used, dictionary.recycled, known);
            cache.put(matcher, known);
        }
        Postings.Union union = new Postings.Union();
        for (int number : known.numbers()) {
            union.add(dictionary.postings(number));
        }
        return union.result();
    }

    /** Holds the matchers left against each candidate: first those that a posting list answers, then its labels. */
    private int[] filter(int[] candidates) {
        int[] kept = candidates.clone();
        int count = kept.length;
        List<LabelMatcher> byLabels = new ArrayList<>();
        for (LabelMatcher matcher : open) {
            LabelDictionary dictionary = index.dictionaryOrNull(matcher.name());
            String literal = singleLiteral(matcher);
            if (dictionary == null) {
                count = matcher.matchesEmpty() ? count : 0;
            } else if (literal.isEmpty()) {
                byLabels.add(matcher);
            } else {
                Object postings = dictionary.postings(dictionary.find(literal));
                count = Postings.retain(kept, count, postings, !matcher.isNegative());
            }
        }
        for (LabelMatcher matcher : byLabels) {
            count = retain(kept, count, matcher);
        }
        return count == kept.length ? kept : Arrays.copyOf(kept, count);
    }

    /** The one value, not empty, that a matcher compares with, or the empty string. */
    private static String singleLiteral(LabelMatcher matcher) {
        Set<String> literals = matcher.literals();
        return literals == null || literals.size() != 1
                ? ""
                : literals.iterator().next();
    }

    private int retain(int[] refs, int count, LabelMatcher matcher) {
        LabelDictionary dictionary = index.dictionaryOrNull(matcher.name());
        if (dictionary == null) {
            return matcher.matchesEmpty() ? count : 0;
        }
        @Nullable CheckedValues checked = matcher.isExpression() ? cache.checked(matcher, dictionary) : null;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int number = index.numberOf(refs[i], dictionary);
            boolean matches = number < 0
                    ? matcher.matchesEmpty()
                    : checked != null ? checked.matches(number) : matcher.matches(dictionary.value(number));
            if (matches) {
                refs[kept++] = refs[i];
            }
        }
        return kept;
    }
}
