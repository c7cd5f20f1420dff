package io.pharos.persistence.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.ColdStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryColdStoreTest extends ColdStoreContract {
    private final Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InstantSource clock = now::get;
    private final ColdStore store;

    DirectoryColdStoreTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.store = DirectoryColdStore.open(folder.resolve("cold"), clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected ColdStore store() {
        return store;
    }

    @Test
    void whatADeadNodeLeftHalfWrittenIsNeverSeenAndGoesAfterADay() throws IOException {
        store.put("a/b", ByteBuffer.wrap(new byte[10])).toCompletableFuture().join();
        Path left = Files.write(folder.resolve("cold/a/.unfinished-1"), new byte[7]);
        now.set(Files.getLastModifiedTime(left).toInstant().plusSeconds(3600));
        List<ColdStore.Entry> found = new ArrayList<>();
        store.list("a/", found::add).toCompletableFuture().join();
        assertThat(found).containsExactly(new ColdStore.Entry("a/b", 10));
        assertThat(left).exists();
        now.set(Files.getLastModifiedTime(left).toInstant().plusSeconds(25 * 3600));
        store.list("a/", entry -> {}).toCompletableFuture().join();
        assertThat(left).doesNotExist();
    }

    @Test
    void foldersWithoutObjectsGoAndComeWhileOthersWrite() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String name = "day/" + i % 4;
            all.add(store.put(name, ByteBuffer.wrap(new byte[100]))
                    .thenCompose(done -> store.delete(name))
                    .toCompletableFuture());
        }
        all.forEach(CompletableFuture::join);
        assertThat(folder.resolve("cold/day")).doesNotExist();
        assertThat(folder.resolve("cold")).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsAFileIsRefusedAtTheStart() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        assertThatThrownBy(() -> DirectoryColdStore.open(file, clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file");
    }
}
