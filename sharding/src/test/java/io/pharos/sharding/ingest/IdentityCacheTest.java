package io.pharos.sharding.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class IdentityCacheTest {
    @Test
    void whatItFindsIsWhatWasPut() {
        IdentityCache cache = new IdentityCache(1 << 16);
        Random random = new Random(1);
        Map<Long, int[]> put = new HashMap<>();
        IdentityCache.Found found = new IdentityCache.Found();
        for (int i = 0; i < 200_000; i++) {
            long high = random.nextLong();
            int[] place = {
                random.nextInt(64), random.nextInt(10) == 0 ? -1 : random.nextInt(1_000_000), 1 + random.nextInt(5)
            };
            cache.put(high, high * 31, place[0], place[1], place[2]);
            put.put(high, place);
            assertThat(cache.find(high, high * 31, found)).isTrue();
        }
        int kept = 0;
        for (Map.Entry<Long, int[]> entry : put.entrySet()) {
            if (cache.find(entry.getKey(), entry.getKey() * 31, found)) {
                kept++;
                assertThat(found.shard).isEqualTo(entry.getValue()[0]);
                assertThat(found.ref).isEqualTo(entry.getValue()[1]);
                assertThat(found.epoch).isEqualTo(entry.getValue()[2]);
            }
            assertThat(cache.find(entry.getKey(), entry.getKey() * 31 + 1, found))
                    .isFalse();
        }
        assertThat(kept).as("bounded, and full").isBetween(1 << 15, 1 << 17);
        assertThat(cache.size()).isEqualTo(kept);
    }

    @Test
    void aFullCacheForgetsTheOldestAndFindsTheRest() {
        IdentityCache cache = new IdentityCache(1 << 11);
        IdentityCache.Found found = new IdentityCache.Found();
        Random random = new Random(3);
        long[] keys = random.longs(1 << 12).toArray();
        for (int i = 0; i < keys.length; i++) {
            cache.put(keys[i], i, 1, i, 7);
        }
        int recent = 0;
        for (int i = keys.length - 1000; i < keys.length; i++) {
            if (cache.find(keys[i], i, found)) {
                assertThat(found.ref).isEqualTo(i);
                recent++;
            }
        }
        assertThat(recent).as("but for crowded neighbourhoods").isGreaterThan(900);
        assertThat(cache.find(keys[0], 0, found)).isFalse();
        assertThat(cache.size()).isEqualTo(1 << 11);
    }

    @Test
    void whatIsKnownByNowStaysAsItIs() {
        IdentityCache cache = new IdentityCache(1 << 12);
        IdentityCache.Found found = new IdentityCache.Found();
        cache.put(5, 6, 3, 17, 2);
        cache.putNew(new long[] {9, 5, 8}, new long[] {9, 6, 8}, new int[] {1, 2}, new int[] {3, 4}, 2);
        assertThat(cache.find(5, 6, found)).isTrue();
        assertThat(found.ref).isEqualTo(17);
        assertThat(cache.find(8, 8, found)).isTrue();
        assertThat(found.shard).isEqualTo(4);
        assertThat(found.ref).isEqualTo(-1);
        assertThat(cache.find(9, 9, found)).isFalse();
    }

    @Test
    void aReaderNeverSeesHalfAnEntry() throws Exception {
        IdentityCache cache = new IdentityCache(1 << 12);
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            Random random = new Random(2);
            for (int i = 0; i < 300_000; i++) {
                int key = random.nextInt(20_000);
                int value = random.nextInt(1 << 20);
                cache.put(key * 0x9e3779b97f4a7c15L, key, value % 64, value, value);
            }
            done.set(true);
        });
        writer.start();
        IdentityCache.Found found = new IdentityCache.Found();
        int hits = 0;
        while (!done.get()) {
            for (int key = 0; key < 20_000; key++) {
                if (cache.find(key * 0x9e3779b97f4a7c15L, key, found)) {
                    hits++;
                    assertThat(found.epoch).isEqualTo(found.ref);
                    assertThat(found.shard).isEqualTo(found.ref % 64);
                }
            }
        }
        writer.join();
        assertThat(hits).isPositive();
    }
}
