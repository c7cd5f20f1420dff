package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every {@link LogStore} does. */
public abstract class LogStoreContract extends StoreContract {
    private final Incarnation mine = freshIncarnation();

    private LogStore logs() {
        return stores().logs();
    }

    private void append(int segment, int commit, ByteBuffer blob) {
        await(logs().append(mine, new LogPosition(segment, commit), blob));
    }

    private Map<LogPosition, ByteBuffer> read(Incarnation incarnation, LogPosition from) {
        TreeMap<LogPosition, ByteBuffer> rows = new TreeMap<>();
        List<LogPosition> order = new ArrayList<>();
        await(logs().read(incarnation, from, (position, blob) -> {
            order.add(position);
            rows.put(position, ByteBuffer.allocate(blob.remaining()).put(blob).flip());
        }));
        assertThat(order).as("in order, each once").containsExactlyElementsOf(rows.keySet());
        return rows;
    }

    @Test
    void rowsComeBackInOrderWithHolesLeftOut() {
        await(logs().openSegment(mine, 0));
        append(0, 5, blob(5, 100));
        append(0, 0, blob(0, 3));
        append(0, 2, blob(2, 1));
        await(logs().openSegment(mine, 1));
        append(1, 0, blob(10, 300 * 1024));
        assertThat(read(mine, LogPosition.START))
                .containsExactly(
                        Map.entry(new LogPosition(0, 0), blob(0, 3)),
                        Map.entry(new LogPosition(0, 2), blob(2, 1)),
                        Map.entry(new LogPosition(0, 5), blob(5, 100)),
                        Map.entry(new LogPosition(1, 0), blob(10, 300 * 1024)));
    }

    @Test
    void readingBeginsAtThePositionInclusive() {
        await(logs().openSegment(mine, 0));
        await(logs().openSegment(mine, 1));
        append(0, 1, blob(1, 10));
        append(0, 2, blob(2, 10));
        append(1, 0, blob(3, 10));
        assertThat(read(mine, new LogPosition(0, 2))).containsOnlyKeys(new LogPosition(0, 2), new LogPosition(1, 0));
        assertThat(read(mine, new LogPosition(0, 3))).containsOnlyKeys(new LogPosition(1, 0));
        assertThat(read(mine, new LogPosition(1, 1))).isEmpty();
    }

    @Test
    void manyRowsArePaged() {
        await(logs().openSegment(mine, 0));
        for (int commit = 0; commit < 60; commit++) {
            append(0, commit, blob(commit, 64 * 1024));
        }
        Map<LogPosition, ByteBuffer> rows = read(mine, LogPosition.START);
        assertThat(rows).hasSize(60);
        assertThat(rows.get(new LogPosition(0, 59))).isEqualTo(blob(59, 64 * 1024));
    }

    @Test
    void writingARowAgainIsHarmlessAndTheBufferStays() {
        await(logs().openSegment(mine, 0));
        await(logs().openSegment(mine, 0));
        ByteBuffer blob = blob(1, 50);
        append(0, 0, blob);
        assertThat(blob.remaining()).isEqualTo(50);
        append(0, 0, blob);
        assertThat(read(mine, LogPosition.START)).containsExactly(Map.entry(new LogPosition(0, 0), blob(1, 50)));
    }

    @Test
    void aDroppedSegmentIsGoneAndTheOthersStay() {
        await(logs().openSegment(mine, 0));
        await(logs().openSegment(mine, 1));
        append(0, 0, blob(1, 10));
        append(1, 0, blob(2, 10));
        await(logs().dropSegment(mine, 0));
        await(logs().dropSegment(mine, 0));
        assertThat(read(mine, LogPosition.START)).containsOnlyKeys(new LogPosition(1, 0));
        await(logs().dropAll(mine));
        await(logs().dropAll(mine));
        assertThat(read(mine, LogPosition.START)).isEmpty();
    }

    @Test
    void incarnationsHaveLogsOfTheirOwn() {
        await(logs().openSegment(mine, 0));
        append(0, 0, blob(1, 10));
        assertThat(read(freshIncarnation(), LogPosition.START)).isEmpty();
    }

    @Test
    void theConsumersExceptionFailsTheRead() {
        await(logs().openSegment(mine, 0));
        append(0, 0, blob(1, 10));
        assertThatThrownBy(() -> await(logs().read(mine, LogPosition.START, (position, blob) -> {
                    throw new IllegalArgumentException("not readable");
                })))
                .hasRootCauseMessage("not readable");
    }
}
