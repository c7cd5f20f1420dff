package io.pharos.sharding.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.sharding.shard.AppendPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RemoteDoorTest {
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(5);

    private final List<List<AppendPart>> sent = new ArrayList<>();
    private final List<Runnable> timers = new ArrayList<>();
    private long now = Long.MAX_VALUE - 10 * GATHER;
    private int parts;

    private RemoteDoor door(int bytesMax) {
        return new RemoteDoor(sent::add, timers::add, GATHER, bytesMax, now);
    }

    private AppendPart part(int samples) {
        return new AppendPart(
                parts++ % 64,
                parts,
                1,
                new int[samples],
                0,
                AppendPart.NO_BYTES,
                AppendPart.NO_INTS,
                null,
                new long[samples],
                new double[samples]);
    }

    private void timersRunOut() {
        List<Runnable> due = List.copyOf(timers);
        timers.clear();
        due.forEach(Runnable::run);
    }

    @Test
    void whoSendsOneRequestAfterTheOtherNeverWaits() {
        RemoteDoor door = door(1 << 17);
        for (int i = 0; i < 100; i++) {
            door.send(List.of(part(10)), now += 2 * GATHER);
            assertThat(sent).hasSize(i + 1);
        }
        assertThat(timers).isEmpty();
    }

    @Test
    void partsOfRequestsThatComeTogetherGoInOneMessage() {
        RemoteDoor door = door(1 << 17);
        AppendPart first = part(10);
        door.send(List.of(first), now += 3 * GATHER);
        List<AppendPart> later = List.of(part(10), part(10), part(10));
        later.forEach(part -> door.send(List.of(part), now += GATHER / 4));
        assertThat(sent).containsExactly(List.of(first));
        assertThat(timers).hasSize(1);
        timersRunOut();
        assertThat(sent).containsExactly(List.of(first), later);
        timersRunOut();
        assertThat(sent).hasSize(2);
    }

    @Test
    void partsGoAtOnceWhenAMessageIsFull() {
        RemoteDoor door = door(3 * part(10).bytesMax());
        door.send(List.of(part(10)), now += 3 * GATHER);
        List<AppendPart> later = List.of(part(10), part(10), part(10));
        later.forEach(part -> door.send(List.of(part), now += 1));
        assertThat(sent.get(1)).isEqualTo(later);
        timersRunOut();
        assertThat(sent).hasSize(2);
    }

    @Test
    void partsWaitNoLongerOnceNobodyElseComes() {
        RemoteDoor door = door(1 << 17);
        door.send(List.of(part(1)), now);
        door.send(List.of(part(1)), now += 1);
        timersRunOut();
        int waited = 0;
        for (int i = 0; i < 20; i++) {
            door.send(List.of(part(1)), now += 2 * GATHER);
            waited += timers.size();
            timersRunOut();
        }
        assertThat(waited).isEqualTo(7);
        assertThat(sent).hasSize(22);
    }

    @Test
    void anyOrderOfSendersAndTimersSendsEachPartOnceAndInOrder() {
        Random random = new Random(7);
        RemoteDoor door = door(20 * part(1).bytesMax());
        List<AppendPart> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            AppendPart part = part(1 + random.nextInt(3));
            all.add(part);
            door.send(List.of(part), now += random.nextInt(4) == 0 ? 3 * GATHER : random.nextInt((int) GATHER));
            assertThat(timers).hasSizeLessThan(2);
            if (random.nextInt(5) == 0) {
                timersRunOut();
            }
        }
        timersRunOut();
        assertThat(sent.stream().flatMap(List::stream).toList()).isEqualTo(all);
        assertThat(door.isIdle(now + 2, 1)).isTrue();
    }
}
