package io.pharos.clusternode.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.ColdStoreProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module for S3 as the distribution has it: with all its libraries, and with none of them on the class path. */
class ColdStoreModulesIT {
    @Test
    void theDistributionHasAModuleForS3(@TempDir Path folder) throws IOException {
        Path lib = Path.of(System.getProperty("pharos.distribution"), "lib");
        ColdStoreProvider provider = ColdStoreModules.find("s3", lib).orElseThrow();
        assertThatThrownBy(() -> Class.forName("software.amazon.awssdk.services.s3.S3Client"))
                .isInstanceOf(ClassNotFoundException.class);
        Path keys = Files.writeString(
                folder.resolve("keys"), "[default]\naws_access_key_id = one\naws_secret_access_key = two\n");
        Map<String, String> settings = new HashMap<>(Map.of(
                "bucket", "cold",
                "prefix", "",
                "region", "us-east-1",
                "endpoint", "http://127.0.0.1:1",
                "path-style", "true",
                "credentials-file", keys.toString(),
                "timeout", "60s"));
        // Nobody listens there: it is opened all the same, and has come as far as the network.
        try (ColdStore store = provider.open(settings)) {
            assertThat(store).hasToString("the bucket cold at http://127.0.0.1:1");
        }
    }
}
