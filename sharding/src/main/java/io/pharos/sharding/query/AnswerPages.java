package io.pharos.sharding.query;

import io.pharos.promql.plan.PartialPage;
import io.pharos.promql.plan.PartialPages;
import io.pharos.promql.plan.PartialResult;
import io.pharos.sharding.exemplar.ExemplarList;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Cuts answers into pages that fit into a message. Pure. */
final class AnswerPages {
    /** What the series of a page take at most; texts come beside it (see {@link PartialPages}). */
    static final int BYTES_MAX = 80 << 10;

    private AnswerPages() {}

    /** @param near whether the asker is in this process: then nothing has to fit into a message */
    static List<QueryWorker.ResultPage> of(long stream, PartialResult result, boolean near) {
        if (near) {
            return List.of(new QueryWorker.ResultPage(stream, 0, true, PartialPages.whole(result)));
        }
        List<PartialPage> contents = PartialPages.of(result, BYTES_MAX);
        List<QueryWorker.ResultPage> pages = new ArrayList<>(contents.size());
        for (PartialPage content : contents) {
            pages.add(new QueryWorker.ResultPage(stream, pages.size(), pages.size() + 1 == contents.size(), content));
        }
        return pages;
    }

    /** About what the objects take of a page for an asker in this process; 0 where it is no more than other pages. */
    static long nearBytes(QueryWorker.Answer answer) {
        long bytes =
                answer instanceof QueryWorker.ResultPage whole ? whole.content().memoryBytes() : 0;
        return bytes > BYTES_MAX ? bytes : 0;
    }

    static List<QueryWorker.FoundPage> of(long stream, SeriesFinder.Found found) {
        List<List<byte[]>> series = cut(found.series(), labels -> labels.length + 5);
        // At most three bytes a char.
        List<List<String>> texts = cut(found.texts(), text -> 3 * text.length() + 5);
        int count = Math.max(1, series.size() + texts.size());
        List<QueryWorker.FoundPage> pages = new ArrayList<>(count);
        for (List<byte[]> some : series) {
            pages.add(new QueryWorker.FoundPage(stream, pages.size(), pages.size() + 1 == count, some, List.of()));
        }
        for (List<String> some : texts) {
            pages.add(new QueryWorker.FoundPage(stream, pages.size(), pages.size() + 1 == count, List.of(), some));
        }
        if (pages.isEmpty()) {
            pages.add(new QueryWorker.FoundPage(stream, 0, true, List.of(), List.of()));
        }
        return pages;
    }

    static List<QueryWorker.CardinalityPage> of(long stream, List<QueryWorker.CardinalityRow> rows) {
        List<List<QueryWorker.CardinalityRow>> parts =
                cut(rows, row -> 3 * row.name().length() + 9 * row.hashes().length + 32);
        List<QueryWorker.CardinalityPage> pages = new ArrayList<>(parts.size());
        for (List<QueryWorker.CardinalityRow> some : parts) {
            pages.add(new QueryWorker.CardinalityPage(stream, pages.size(), pages.size() + 1 == parts.size(), some));
        }
        return pages;
    }

    static List<QueryWorker.ExemplarPage> ofExemplars(long stream, List<SeriesExemplars> found) {
        List<List<SeriesExemplars>> parts = ExemplarList.cut(found, BYTES_MAX);
        List<QueryWorker.ExemplarPage> pages = new ArrayList<>(parts.size());
        for (List<SeriesExemplars> some : parts) {
            pages.add(new QueryWorker.ExemplarPage(stream, pages.size(), pages.size() + 1 == parts.size(), some));
        }
        return pages.isEmpty() ? List.of(new QueryWorker.ExemplarPage(stream, 0, true, List.of())) : pages;
    }

    private static <T> List<List<T>> cut(List<T> all, ToIntFunction<T> bytes) {
        List<List<T>> parts = new ArrayList<>();
        int from = 0;
        long size = 0;
        for (int i = 0; i < all.size(); i++) {
            int more = bytes.applyAsInt(all.get(i));
            if (size + more > BYTES_MAX && i > from) {
                parts.add(all.subList(from, i));
                from = i;
                size = 0;
            }
            size += more;
        }
        if (from < all.size()) {
            parts.add(all.subList(from, all.size()));
        }
        return parts;
    }
}
