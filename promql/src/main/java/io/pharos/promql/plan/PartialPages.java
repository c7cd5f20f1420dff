package io.pharos.promql.plan;

import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a partial result into pages, by the most bytes its numbers and labels can take. Pure. */
public final class PartialPages {
    private static final int BYTES_A_NUMBER = 9;
    private static final int BYTES_A_SERIES = 32;
    private static final int TEXT_CHARS_MAX = 1_000;
    private static final int TEXTS_MAX = 20;

    private final PartialResult result;
    private final int bytesMax;
    private final List<PartialPage> pages = new ArrayList<>();
    private List<PartialPage.Slice> slices = new ArrayList<>();
    private long bytes;

    private PartialPages(PartialResult result, int bytesMax) {
        this.result = result;
        this.bytesMax = bytesMax;
    }

    /**
     * The pages of a result, at least one.
     *
     * @param bytesMax what the series of one page take at most; beside them come up to 20 warnings and 20 infos of 1,000 characters
     * @throws QueryException when the labels of one series alone are larger
     */
    public static List<PartialPage> of(PartialResult result, int bytesMax) {
        return new PartialPages(result, bytesMax).cut();
    }

    /** The whole result as one page, for who need not send it to another node. */
    public static PartialPage whole(PartialResult result) {
        List<PartialPage.Slice> slices = new ArrayList<>(result.series().size());
        for (PartialResult.Series series : result.series()) {
            slices.add(new PartialPage.Slice(series, 0, series.length()));
        }
        return new PartialPage(
                result.id(),
                result.kind(),
                slices,
                shortened(result.warnings()),
                shortened(result.infos()),
                result.statistics());
    }

    private List<PartialPage> cut() {
        for (PartialResult.Series series : result.series()) {
            add(series);
        }
        page(shortened(result.warnings()), shortened(result.infos()), result.statistics());
        return pages;
    }

    private void add(PartialResult.Series series) {
        int length = series.length();
        long each = 0;
        each += series.values().length > 0 ? BYTES_A_NUMBER : 0;
        each += series.compensations().length > 0 ? BYTES_A_NUMBER : 0;
        each += series.counts().length > 0 ? BYTES_A_NUMBER : 0;
        each += series.times().length > 0 ? BYTES_A_NUMBER : 0;
        each += series.histograms().length > 0 ? 1 : 0;
        long labels = BYTES_A_SERIES + textBytes(series.labels());
        long[] steps = bytesUpTo(series, each, length);
        long whole = labels + steps[length];
        if (labels + 16 * each > bytesMax) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "the labels of a series take " + labels + " bytes, more than can be sent between nodes");
        }
        if (bytes + whole > bytesMax && !slices.isEmpty()) {
            page(List.of(), List.of(), QueryStatistics.NONE);
        }
        if (whole <= bytesMax) {
            slices.add(new PartialPage.Slice(series, 0, length));
            bytes += whole;
            return;
        }
        int to;
        for (int from = 0; from < length; from = to) {
            to = from + 1;
            while (to < length && labels + steps[to + 1] - steps[from] <= bytesMax) {
                to++;
            }
            long piece = labels + steps[to] - steps[from];
            if (piece > bytesMax) {
                throw new QueryException(
                        QueryException.Kind.EXECUTION,
                        "a histogram of " + series.labels() + " takes " + piece
                                + " bytes, more than can be sent between nodes");
            }
            slices.add(new PartialPage.Slice(piece(series, from, to), from, length));
            bytes += piece;
            if (to < length) {
                page(List.of(), List.of(), QueryStatistics.NONE);
            }
        }
    }

    /** What the steps before each step take together. */
    private static long[] bytesUpTo(PartialResult.Series series, long each, int length) {
        long[] bytes = new long[length + 1];
        for (int i = 0; i < length; i++) {
            HistogramCell cell = i < series.histograms().length ? series.histograms()[i] : null;
            bytes[i + 1] = bytes[i] + each + (cell == null ? 0 : cell.bytesMax());
        }
        return bytes;
    }

    private void page(List<String> warnings, List<String> infos, QueryStatistics statistics) {
        pages.add(new PartialPage(result.id(), result.kind(), slices, warnings, infos, statistics));
        slices = new ArrayList<>();
        bytes = 0;
    }

    private static PartialResult.Series piece(PartialResult.Series series, int from, int to) {
        return new PartialResult.Series(
                series.labels(),
                series.dropName(),
                series.values().length == 0 ? series.values() : Arrays.copyOfRange(series.values(), from, to),
                series.compensations().length == 0
                        ? series.compensations()
                        : Arrays.copyOfRange(series.compensations(), from, to),
                series.counts().length == 0 ? series.counts() : Arrays.copyOfRange(series.counts(), from, to),
                series.times().length == 0 ? series.times() : Arrays.copyOfRange(series.times(), from, to),
                series.histograms().length == 0
                        ? series.histograms()
                        : Arrays.copyOfRange(series.histograms(), from, to));
    }

    /** The size in UTF-8, with a length before each text. */
    private static long textBytes(Labels labels) {
        long bytes = 0;
        for (int i = 0; i < labels.size(); i++) {
            bytes += 6 + utf8Bytes(labels.name(i)) + utf8Bytes(labels.value(i));
        }
        return bytes;
    }

    private static long utf8Bytes(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
        }
        return bytes;
    }

    private static List<String> shortened(List<String> texts) {
        List<String> some = new ArrayList<>();
        for (String text : texts.subList(0, Math.min(texts.size(), TEXTS_MAX))) {
            some.add(text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "...");
        }
        return some;
    }
}
