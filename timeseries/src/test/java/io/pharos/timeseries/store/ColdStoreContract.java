package io.pharos.timeseries.store;

import static io.pharos.timeseries.store.StoreContract.await;
import static io.pharos.timeseries.store.StoreContract.blob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ColdStore} does. Each test takes names of its own, so all may share one store. */
public abstract class ColdStoreContract {
    private String folder = "";

    /** Also where one instance runs all tests. */
    @BeforeEach
    void freshFolder() {
        folder = "t" + UUID.randomUUID();
    }

    /** The adapter under test. */
    protected abstract ColdStore store();

    private List<ColdStore.Entry> list(String prefix) {
        List<ColdStore.Entry> found = new ArrayList<>();
        await(store().list(prefix, found::add));
        return found;
    }

    private ByteBuffer read(String name, long offset, int length) {
        return await(store().read(name, offset, length));
    }

    @Test
    void anObjectComesBackWholeAndInStretches() {
        ByteBuffer bytes = blob(1, 300_000);
        String name = folder + "/2026-11-21/e1-v1-p0";
        await(store().put(name, bytes));
        assertThat(bytes.position()).isZero();
        assertThat(read(name, 0, 300_000)).isEqualTo(bytes);
        assertThat(read(name, 0, 1)).isEqualTo(bytes.slice(0, 1));
        assertThat(read(name, 123_456, 100_000)).isEqualTo(bytes.slice(123_456, 100_000));
        assertThat(read(name, 299_999, 1)).isEqualTo(bytes.slice(299_999, 1));
        assertThat(read(name, 5, 0).remaining()).isZero();
    }

    @Test
    void aStretchBeyondTheEndIsWhatIsThere() {
        ByteBuffer bytes = blob(2, 1000);
        String name = folder + "/short";
        await(store().put(name, bytes));
        assertThat(read(name, 900, 500)).isEqualTo(bytes.slice(900, 100));
        assertThat(read(name, 1000, 10).remaining()).isZero();
        assertThat(read(name, 5000, 10).remaining()).isZero();
    }

    @Test
    void aStretchOfABufferIsWritten() {
        ByteBuffer bytes = blob(3, 1000);
        ByteBuffer some = bytes.duplicate().position(100).limit(600).asReadOnlyBuffer();
        await(store().put(folder + "/some", some));
        assertThat(read(folder + "/some", 0, 1000)).isEqualTo(bytes.slice(100, 500));
    }

    @Test
    void writingAgainReplaces() {
        String name = folder + "/again";
        await(store().put(name, blob(4, 5000)));
        await(store().put(name, blob(4, 5000)));
        assertThat(read(name, 0, 9000)).isEqualTo(blob(4, 5000));
        await(store().put(name, blob(5, 70)));
        assertThat(read(name, 0, 9000)).isEqualTo(blob(5, 70));
        assertThat(list(folder + "/")).containsExactly(new ColdStore.Entry(name, 70));
    }

    @Test
    void whatIsNotThereIsSaidByName() {
        CompletionStage<ByteBuffer> missing = store().read(folder + "/nowhere", 0, 10);
        assertThatThrownBy(() -> await(missing))
                .hasCauseInstanceOf(ColdObjectMissingException.class)
                .hasMessageContaining(folder + "/nowhere");
    }

    @Test
    void listsByPrefixOfWholeParts() {
        for (String name : List.of("/a/1", "/a/2", "/a/b/3", "/ab/4", "/5")) {
            await(store().put(folder + name, blob(6, 10)));
        }
        assertThat(list(folder + "/a/"))
                .extracting(ColdStore.Entry::name)
                .containsExactlyInAnyOrder(folder + "/a/1", folder + "/a/2", folder + "/a/b/3");
        assertThat(list(folder + "/")).hasSize(5).allMatch(entry -> entry.bytes() == 10);
        assertThat(list(folder + "/c/")).isEmpty();
        assertThatThrownBy(() -> store().list("no-slash", entry -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deletedObjectsAreGone() {
        await(store().put(folder + "/d/1", blob(7, 10)));
        await(store().put(folder + "/d/2", blob(7, 10)));
        await(store().delete(folder + "/d/1"));
        await(store().delete(folder + "/d/1"));
        assertThat(list(folder + "/d/")).extracting(ColdStore.Entry::name).containsExactly(folder + "/d/2");
        CompletionStage<ByteBuffer> gone = store().read(folder + "/d/1", 0, 10);
        assertThatThrownBy(() -> await(gone)).hasCauseInstanceOf(ColdObjectMissingException.class);
        await(store().delete(folder + "/d/2"));
        await(store().put(folder + "/d/2", blob(8, 20)));
        assertThat(read(folder + "/d/2", 0, 100)).isEqualTo(blob(8, 20));
    }

    @Test
    void aConsumersFaultFailsTheListing() {
        await(store().put(folder + "/f/1", blob(9, 10)));
        CompletionStage<Void> listing = store().list(folder + "/f/", entry -> {
            throw new IllegalStateException("told to fail");
        });
        assertThatThrownBy(() -> await(listing)).hasMessageContaining("told to fail");
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        for (String bad :
                List.of("", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", "a b", "a\\b", "ä", "a".repeat(201))) {
            assertThatThrownBy(() -> store().put(bad, blob(1, 1))).as(bad).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store().read(bad, 0, 1)).as(bad).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store().delete(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
