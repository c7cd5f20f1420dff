package io.pharos.colds3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.ColdStoreContract;
import io.pharos.timeseries.store.ColdStoreProvider;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3ColdStoreTest extends ColdStoreContract {
    @SuppressWarnings("NullAway.Init")
    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    private ColdStore store;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = TestServer.start(folder);
        store = provider().open(server.settings());
    }

    @AfterAll
    void stop() {
        if (store != null) {
            store.close();
        }
        if (server != null) {
            server.close();
        }
    }

    /** As a node finds it. */
    private static ColdStoreProvider provider() {
        return ServiceLoader.load(ColdStoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.kind().equals("s3"))
                .findFirst()
                .orElseThrow();
    }

    @Override
    protected ColdStore store() {
        return store;
    }

    private Map<String, String> with(String key, String value) throws IOException {
        Map<String, String> settings = server.settings();
        settings.put(key, value);
        return settings;
    }

    @Test
    void theCheckAtTheStartLeavesNothing() {
        List<ColdStore.Entry> left = new ArrayList<>();
        store.list(StartCheck.FOLDER, left::add).toCompletableFuture().join();
        assertThat(left).isEmpty();
    }

    @Test
    void twoPrefixesAreTwoStores() throws Exception {
        try (ColdStore other = provider().open(with("prefix", "another/of/them/"))) {
            other.put("both/1", ByteBuffer.wrap(new byte[5]))
                    .toCompletableFuture()
                    .join();
            List<ColdStore.Entry> here = new ArrayList<>();
            store.list("both/", here::add).toCompletableFuture().join();
            assertThat(here).isEmpty();
            other.list("both/", here::add).toCompletableFuture().join();
            assertThat(here).containsExactly(new ColdStore.Entry("both/1", 5));
        }
    }

    @Test
    void aListingOfManyPagesIsWhole() throws Exception {
        List<CompletableFuture<Void>> writing = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            writing.add(store.put("many/" + i, ByteBuffer.wrap(new byte[1])).toCompletableFuture());
        }
        writing.forEach(CompletableFuture::join);
        List<ColdStore.Entry> found = new ArrayList<>();
        try (ColdStore small = new S3ColdStore(S3Settings.of(server.settings()), 10)) {
            small.list("many/", found::add).toCompletableFuture().join();
        }
        assertThat(found).extracting(ColdStore.Entry::name).hasSize(25).doesNotHaveDuplicates();
    }

    @Test
    void wrongKeysAreSaidAtTheStartWithoutThem() throws Exception {
        Path wrong = server.keys(TestServer.ID, "a-wrong-secret");
        assertThatThrownBy(() -> provider().open(with("credentials-file", wrong.toString())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the bucket cold-bucket under pharos/")
                .hasMessageContaining("cannot write objects there")
                .hasMessageContaining("SignatureDoesNotMatch")
                .hasMessageNotContaining("a-wrong-secret");
        Path unknown = server.keys("nobody", "a-secret");
        assertThatThrownBy(() -> provider().open(with("credentials-file", unknown.toString())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("InvalidAccessKeyId");
    }

    @Test
    void aBucketThatIsNotThereIsSaidAtTheStartAndLater() throws Exception {
        assertThatThrownBy(() -> provider().open(with("bucket", "no-bucket")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-bucket")
                .hasMessageContaining("NoSuchBucket");
        // It went while the node ran: nothing is taken for an object that is missing.
        try (ColdStore gone = new S3ColdStore(S3Settings.of(with("bucket", "no-bucket")))) {
            assertThatThrownBy(() -> gone.read("a", 0, 1).toCompletableFuture().join())
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("NoSuchBucket");
        }
    }
}
